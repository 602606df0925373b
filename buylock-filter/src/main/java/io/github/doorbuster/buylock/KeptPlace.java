package io.github.doorbuster.buylock;

import java.time.Instant;

/**
 * The place in the line of an item that a buyer had before, on this node or another one. A purchase that brings it
 * waits in front of those who came later.
 *
 * @param nonce identifies the place; on one node, one purchase waits with it at a time
 * @param since when the buyer first asked for the item, by the wall clock
 * @param until when the place expires. Until then, a node remembers that a purchase with it was granted
 */
public record KeptPlace(String nonce, Instant since, Instant until) {}
