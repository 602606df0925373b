package io.github.doorbuster.buylock;

/**
 * The person or account that purchases.
 *
 * @param id identifies the buyer
 * @param authenticated whether nobody else can send this id, as with a user who is logged in or a session. Only then a
 *     second request takes the place of the first
 */
public record Buyer(String id, boolean authenticated) {}
