package io.github.doorbuster.buylock.servlet;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * The settings of a {@link BuyLockFilter} beside those of its lock. The methods of {@link Builder} describe each one.
 */
public record BuyLockFilterConfig(
        String methods,
        String itemId,
        String itemIdPattern,
        int maxItemIdLength,
        int maxBodyBytes,
        int retryAfterSeconds,
        String soldOutStatus,
        String buyer,
        AnonymousBuyers anonymousBuyers,
        String ticketSecret,
        int ticketSeconds,
        boolean ticketSecure,
        WaitOn waitOn) {

    private static final Pattern SECRETS = Pattern.compile("([!-+\\--~]{32,256}(,[!-+\\--~]{32,256})?)?");

    public BuyLockFilterConfig {
        if (!methods.matches("[A-Z]+(,[A-Z]+)*")) {
            throw new IllegalArgumentException(
                    "methods=%s: must be HTTP methods in capitals, separated by commas".formatted(methods));
        }
        ItemIdSource.of(itemId);
        try {
            Pattern.compile(itemIdPattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "itemIdPattern=%s: must be a regular expression; %s".formatted(itemIdPattern, e.getDescription()));
        }
        Settings.requireRange("maxItemIdLength", maxItemIdLength, 1, 4_096, "each waiter keeps its item id in memory");
        Settings.requireRange(
                "maxBodyBytes", maxBodyBytes, 64, 16_777_216, "the body is kept in memory while its purchase waits");
        Settings.requireRange(
                "retryAfterSeconds", retryAfterSeconds, 1, 3_600, "clients that retry at once increase the load");
        BuyerSource.of(buyer);
        if (!SECRETS.matcher(ticketSecret).matches()) {
            throw new IllegalArgumentException(
                    "ticketSecret=***: must be 32 to 256 printable ASCII characters without "
                            + "spaces, or two such secrets with a comma between them; a client that knows it can take the first place");
        }
        Settings.requireRange("ticketSeconds", ticketSeconds, 1, 86_400, "a used ticket is remembered for this long");
        if (!soldOutStatus.matches("([1-5][0-9]{2}(,[1-5][0-9]{2})*)?")) {
            throw new IllegalArgumentException(
                    "soldOutStatus=%s: must be HTTP statuses, separated by commas".formatted(soldOutStatus));
        }
    }

    /** {@return the statuses of {@code soldOutStatus}, in its order} */
    List<Integer> soldOutStatuses() {
        return soldOutStatus.isEmpty()
                ? List.of()
                : Arrays.stream(soldOutStatus.split(",")).map(Integer::valueOf).toList();
    }

    /** {@return the settings, without the secret} */
    @Override
    public String toString() {
        return Settings.describe(this, "ticketSecret");
    }

    /** {@return a builder with every setting at its default} */
    public static Builder builder() {
        return new Builder();
    }

    Set<String> methodSet() {
        return Arrays.stream(methods.split(",")).collect(Collectors.toUnmodifiableSet());
    }

    /** Builds a {@link BuyLockFilterConfig}. */
    public static final class Builder {

        private String methods = "POST";
        private String itemId = "form:item_id";
        private String itemIdPattern = "";
        private int maxItemIdLength = 256;
        private int maxBodyBytes = 16_384;
        private int retryAfterSeconds = 1;
        private String soldOutStatus = "";
        private String buyer = "";
        private AnonymousBuyers anonymousBuyers = AnonymousBuyers.ACCEPT;
        private String ticketSecret = "";
        private int ticketSeconds = 600;
        private boolean ticketSecure = true;
        private WaitOn waitOn = WaitOn.AUTO;

        private Builder() {}

        /** Sets the HTTP methods to lock, in capitals and separated by commas; default POST. All others pass. */
        public Builder methods(String commaSeparated) {
            this.methods = commaSeparated;
            return this;
        }

        /**
         * Sets where a request has its item id: {@code form:name}, {@code query:name}, {@code header:name},
         * {@code json:name.of.field}, or {@code path:/items/*}{@code /buy} with {@code *} for the id; default
         * {@code form:item_id}. A request whose path does not match is not a purchase and passes.
         */
        public Builder itemId(String source) {
            this.itemId = source;
            return this;
        }

        /**
         * Sets the regular expression that a whole item id must match; others get 400. By default, every id is
         * accepted. Set it to the application's canonical form, for example {@code 0|[1-9][0-9]{0,17}} for numbers: if
         * the application also takes {@code 042} for {@code 42}, both are one row in the database but two locks here.
         */
        public Builder itemIdPattern(String regex) {
            this.itemIdPattern = regex;
            return this;
        }

        /**
         * Sets how many characters an item id may have: 1 to 4,096, default 256. A longer one gets 400. An id of more
         * than 100 characters costs a SHA-256.
         */
        public Builder maxItemIdLength(int characters) {
            this.maxItemIdLength = characters;
            return this;
        }

        /**
         * Sets how many bytes a body may have if the item id is in it: 64 to 16,777,216, default 16,384. A longer one
         * gets 413. The body stays in memory while its purchase waits.
         */
        public Builder maxBodyBytes(int bytes) {
            this.maxBodyBytes = bytes;
            return this;
        }

        /**
         * Sets the {@code Retry-After} of a rejected purchase, in seconds: 1 to 3,600, default 1. Clients that retry at
         * once increase the load.
         */
        public Builder retryAfterSeconds(int seconds) {
            this.retryAfterSeconds = seconds;
            return this;
        }

        /**
         * Sets the statuses, separated by commas, by which the application tells that an item is sold out; default
         * none. A purchase that is answered with one of them closes its item for {@code soldOutSeconds}: everybody who
         * waits for it and every newcomer gets the first of these statuses. Use a status that means nothing else: if
         * the application also answers 409 when a buyer has bought the item already, that buyer would close the sale.
         */
        public Builder soldOutStatus(String commaSeparated) {
            this.soldOutStatus = commaSeparated;
            return this;
        }

        /**
         * Sets where a request has its buyer: {@code principal} (the user who is logged in), {@code session},
         * {@code cookie:name}, {@code header:name} or {@code query:name}; default none. A buyer has at most one place
         * per item on this node. With {@code principal} and {@code session}, a second request takes the place of the
         * first, which gets 409, so that a reload keeps the place. With the others, which anybody can send, the second
         * request gets 409.
         */
        public Builder buyer(String source) {
            this.buyer = source;
            return this;
        }

        /** Sets what happens to a purchase without a buyer, if {@code buyer} is set; default {@code ACCEPT}. */
        public Builder anonymousBuyers(AnonymousBuyers policy) {
            this.anonymousBuyers = policy;
            return this;
        }

        /**
         * Sets the secret by which the filter signs tickets, 32 to 256 printable ASCII characters without spaces;
         * default none, for no tickets. With it, a buyer who is rejected with 503 gets a cookie, and the next request
         * that brings it takes the place of the first arrival, on every node with the same secret. To change the
         * secret, set the new one, a comma, and the old one: tickets signed with either are valid.
         */
        public Builder ticketSecret(String secret) {
            this.ticketSecret = secret;
            return this;
        }

        /**
         * Sets how long a ticket is valid, in seconds: 1 to 86,400, default 600. Each further rejection extends it. Its
         * node remembers a ticket that was used for this long.
         */
        public Builder ticketSeconds(int seconds) {
            this.ticketSeconds = seconds;
            return this;
        }

        /** Sets whether browsers send tickets over HTTPS only; default true. Without HTTPS, no browser keeps them. */
        public Builder ticketSecure(boolean secure) {
            this.ticketSecure = secure;
            return this;
        }

        /**
         * Sets where a purchase waits, if its item is taken: {@code ASYNC} suspends the request, {@code THREAD} blocks
         * its virtual thread, and {@code AUTO}, the default, does what fits the thread.
         */
        public Builder waitOn(WaitOn where) {
            this.waitOn = where;
            return this;
        }

        /**
         * {@return the settings}
         *
         * @throws IllegalArgumentException if a setting is not allowed; the message names key, value and rule
         */
        public BuyLockFilterConfig build() {
            return new BuyLockFilterConfig(
                    methods,
                    itemId,
                    itemIdPattern,
                    maxItemIdLength,
                    maxBodyBytes,
                    retryAfterSeconds,
                    soldOutStatus,
                    buyer,
                    anonymousBuyers,
                    ticketSecret,
                    ticketSeconds,
                    ticketSecure,
                    waitOn);
        }
    }
}
