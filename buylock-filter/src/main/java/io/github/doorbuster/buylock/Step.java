package io.github.doorbuster.buylock;

/** The current step of this node for an item. In each step, at most one call to the store is open. */
enum Step {
    /** New and empty. */
    NEW,
    /** The store was asked for the lease, which was free or new. */
    ACQUIRING,
    /** The store was asked who holds the item. */
    READING,
    /** The store was asked for a ticket, for the next turn of this node. */
    TAKING_TICKET,
    /** Another node has its turn; a timer will ask again. */
    WAITING_FOR_TURN,
    /** The store was asked to confirm an offered lease, or to skip one that nobody confirms. */
    CLAIMING,
    /** This node owns the item: purchases hold it. */
    OWNING,
    /** The turn is over; the store was asked whether another node waits. */
    CHECKING,
    /** The store was asked to offer the lease to the next node. */
    HANDING_OVER,
    /** The store was asked to release the lease. */
    RELEASING,
    /** Empty, and removed from the map for good. */
    RETIRED
}
