package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.doorbuster.buylock.Buyer;
import io.github.doorbuster.buylock.KeptPlace;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed tickets, and what becomes of those that are not valid. */
class TicketsTest {

    private static final String SECRET = "s".repeat(32);
    private static final String OTHER_SECRET = "o".repeat(32);
    private static final Buyer JANE = new Buyer("jane", true);
    private static final Instant OPENING = Instant.parse("2026-11-21T12:00:00Z");

    private Instant now = OPENING;
    private final Tickets tickets = tickets(SECRET);

    private Tickets tickets(String secret) {
        BuyLockFilterConfig config = BuyLockFilterConfig.builder()
                .ticketSecret(secret)
                .ticketSeconds(60)
                .build();
        return Objects.requireNonNull(Tickets.of(config, () -> now));
    }

    /** {@return the value of the cookie that a buyer of item 42 who is sent away gets} */
    private String given(Tickets by, @Nullable Buyer buyer) throws Exception {
        return given(by.first("42", buyer));
    }

    private static String given(Ticket ticket) throws Exception {
        String header = setCookie(ticket);
        return header.substring(header.indexOf('=') + 1, header.indexOf(';'));
    }

    private static String setCookie(Ticket ticket) throws Exception {
        FakeExchange exchange = FakeExchange.form("");
        ticket.keep(exchange.response);
        return String.valueOf(exchange.header("Set-Cookie"));
    }

    private static @Nullable KeptPlace check(Tickets by, String itemId, @Nullable Buyer buyer, String... values) {
        HttpServletRequest request = mock(HttpServletRequest.class);
        when(request.getCookies())
                .thenReturn(Arrays.stream(values)
                        .map(value -> new Cookie(Tickets.cookieName("42"), value))
                        .toArray(Cookie[]::new));
        Ticket ticket = by.find(request, itemId, buyer);
        return ticket == null ? null : ticket.place();
    }

    private @Nullable KeptPlace check(String value) {
        return check(tickets, "42", null, value);
    }

    @Test
    void aTicketKeepsTheTimeOfTheFirstArrivalWheneverItIsExtended() throws Exception {
        Ticket first = tickets.first("42", null);
        now = OPENING.plusSeconds(50);
        String extended = given(first);
        now = OPENING.plusSeconds(109);

        KeptPlace place = Objects.requireNonNull(check(extended));
        assertThat(place.since()).isEqualTo(OPENING);
        assertThat(place.nonce()).isEqualTo(first.place().nonce());
        assertThat(place.until()).isEqualTo(OPENING.plusSeconds(110));
    }

    @Test
    void aTicketIsValidOnEveryNodeWithTheSecret() throws Exception {
        assertThat(check(tickets(SECRET), "42", null, given(tickets, null))).isNotNull();
        assertThat(check(tickets(OTHER_SECRET), "42", null, given(tickets, null)))
                .isNull();
    }

    @Test
    void whileTheSecretIsChangedTicketsOfBothAreValid() throws Exception {
        Tickets rotating = tickets(OTHER_SECRET + ',' + SECRET);

        assertThat(check(rotating, "42", null, given(tickets, null))).isNotNull();
        assertThat(check(tickets(OTHER_SECRET), "42", null, given(rotating, null)))
                .isNotNull();
        assertThat(check(tickets, "42", null, given(rotating, null))).isNull();
    }

    @Test
    void anExpiredTicketIsNone() throws Exception {
        String value = given(tickets, null);
        now = OPENING.plusSeconds(59);
        assertThat(check(value)).isNotNull();
        now = OPENING.plusSeconds(60);
        assertThat(check(value)).isNull();
    }

    @Test
    void aTicketOfTheFutureIsNone() throws Exception {
        String value = given(tickets, null);
        now = OPENING.minusMillis(1);
        assertThat(check(value)).isNull();
    }

    @Test
    void aTicketOfAnotherItemOrBuyerIsNone() throws Exception {
        String anonymous = given(tickets, null);
        String janes = given(tickets, JANE);

        assertThat(check(tickets, "43", null, anonymous)).isNull();
        assertThat(check(tickets, "42", new Buyer("joe", true), janes)).isNull();
        assertThat(check(tickets, "42", null, janes)).isNull();
        assertThat(check(tickets, "42", JANE, janes)).isNotNull();
        assertThat(check(tickets, "42", JANE, anonymous))
                .as("a buyer who logged in meanwhile")
                .isNotNull();
    }

    @Test
    void noCharacterOfATicketCanBeChanged() throws Exception {
        String value = given(tickets, JANE);
        for (int i = 0; i < value.length(); i++) {
            char other = value.charAt(i) == '1' ? '2' : '1';
            String forged = value.substring(0, i) + other + value.substring(i + 1);
            KeptPlace place = check(tickets, "42", JANE, forged);
            // The last character has two bits that mean nothing.
            if (i < value.length() - 1) {
                assertThat(place).as(forged).isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "1.a.0.0..", "1.a.999999999999999.999999999999999.AAAAAAAAAAAAAAAAAAAAAA.", "\u0000"})
    void whatIsNoTicketIsNone(String value) {
        assertThat(check(value)).isNull();
    }

    @Test
    void amongCookiesOfOneNameTheValidOneCounts() throws Exception {
        assertThat(check(tickets, "42", null, "forged", given(tickets, null))).isNotNull();
        assertThat(tickets.find(mock(HttpServletRequest.class), "42", null)).isNull();
    }

    @Test
    void eachBuyerGetsAnotherNonce() {
        assertThat(tickets.first("42", null).place().nonce())
                .isNotEqualTo(tickets.first("42", null).place().nonce());
    }

    @Test
    void aCookieIsForServersOnlyAndForOneItem() throws Exception {
        assertThat(setCookie(tickets.first("42", null)))
                .matches("buylock-[0-9a-f]{16}=[A-Za-z0-9._-]+; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        assertThat(Tickets.cookieName("42")).isNotEqualTo(Tickets.cookieName("43"));
        Tickets insecure = Objects.requireNonNull(Tickets.of(
                BuyLockFilterConfig.builder()
                        .ticketSecret(SECRET)
                        .ticketSecure(false)
                        .build(),
                () -> now));
        assertThat(setCookie(insecure.first("42", null))).endsWith("SameSite=Lax");
    }

    @Test
    void withoutASecretThereAreNoTickets() {
        assertThat(Tickets.of(BuyLockFilterConfig.builder().build(), () -> now)).isNull();
    }

    @Test
    void aSecretIsNeverPrinted() {
        BuyLockFilterConfig config =
                BuyLockFilterConfig.builder().ticketSecret(SECRET).build();
        assertThat(config.toString()).contains("ticketSecret=***").doesNotContain(SECRET);
        for (String bad : List.of("short", SECRET + ",", SECRET + ",short", SECRET + " b", "x".repeat(257))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            BuyLockFilterConfig.builder().ticketSecret(bad).build())
                    .withMessageStartingWith("ticketSecret=***: must be 32 to 256")
                    .withMessageNotContaining(bad.substring(0, 5));
        }
    }
}
