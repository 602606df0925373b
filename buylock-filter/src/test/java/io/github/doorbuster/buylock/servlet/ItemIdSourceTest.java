package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemIdSourceTest {

    private HttpServletRequest request = mock(HttpServletRequest.class);

    private HttpServletRequest form(String body) throws Exception {
        return withBody(FakeExchange.FORM, body);
    }

    private HttpServletRequest withBody(@Nullable String type, String body) throws Exception {
        request = new FakeExchange(type, body).request;
        return BufferedRequest.of(request, 10_000);
    }

    private List<String> json(String field, String body) throws Exception {
        return ItemIdSource.of("json:" + field).find(withBody("application/json", body));
    }

    @Test
    void aFormFieldIsFoundInTheBody() throws Exception {
        assertThat(ItemIdSource.of("form:item_id")
                        .find(withBody("Application/X-WWW-Form-URLEncoded; charset=utf-8", "a=1&item_id=caf%C3%A9+1")))
                .containsExactly("café 1");
    }

    @Test
    void aQueryParameterOfTheSameNameCountsAsASecondId() throws Exception {
        HttpServletRequest form = form("item_id=42");
        when(request.getQueryString()).thenReturn("item_id=43");

        assertThat(ItemIdSource.of("form:item_id").find(form)).containsExactly("43", "42");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "text/plain")
    void aBodyOfAnotherTypeIsNotAForm(@Nullable String type) throws Exception {
        HttpServletRequest other = withBody(type, "item_id=42");
        when(request.getQueryString()).thenReturn("item_id=43");

        assertThat(ItemIdSource.of("form:item_id").find(other)).isEmpty();
    }

    @Test
    void aFormThatTheContainerHasReadIsFoundInTheParameters() throws Exception {
        HttpServletRequest read = form("");
        when(request.getParameterValues("item_id")).thenReturn(new String[] {"42"});

        assertThat(ItemIdSource.of("form:item_id").find(read)).containsExactly("42");
        assertThat(ItemIdSource.of("json:item_id").find(read)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"item_id=%", "item_id=%4", "item_id=%zz"})
    void aFormThatCannotBeDecodedIsRejected(String body) throws Exception {
        HttpServletRequest form = form(body);

        assertThatThrownBy(() -> ItemIdSource.of("form:item_id").find(form))
                .isInstanceOf(HttpException.class)
                .hasMessageStartingWith("the form cannot be decoded");
    }

    @Test
    void aQueryParameterIsFoundWithoutReadingTheBody() throws Exception {
        when(request.getQueryString()).thenReturn("x=1&item_id=4%2B2&item_id=5");
        when(request.getInputStream()).thenThrow(new IOException("read"));

        assertThat(ItemIdSource.of("query:item_id").find(request)).containsExactly("4+2", "5");
    }

    @Test
    void everyOccurrenceOfAHeaderIsFound() throws Exception {
        when(request.getHeaders("X-Item")).thenReturn(Collections.enumeration(List.of("42", "43")));

        assertThat(ItemIdSource.of("header:X-Item").find(request)).containsExactly("42", "43");
    }

    @ParameterizedTest
    @CsvSource({
        "/items/*/buy, /items/42/buy, , 42",
        "/items/*/buy, /items, /42/buy/, 42",
        "/items/*/buy, //items//42, /buy, 42",
        "/*, /42, , 42",
        "/items/*/buy, /items/42, , ",
        "/items/*/buy, /items/42/look, , ",
        "/items/*/buy, /items/42/buy/now, , ",
        "/items/*/buy, /Items/42/buy, , "
    })
    void aPathSegmentIsFoundAndOtherPathsAreNotPurchases(
            String template, String servletPath, String pathInfo, String id) throws Exception {
        when(request.getServletPath()).thenReturn(servletPath);
        when(request.getPathInfo()).thenReturn(pathInfo);
        ItemIdSource source = ItemIdSource.of("path:" + template);

        assertThat(source.matches(request)).isEqualTo(id != null);
        if (id != null) {
            assertThat(source.find(request)).containsExactly(id);
        }
    }

    @Test
    void aJsonFieldIsAStringOrAnInteger() throws Exception {
        assertThat(json("item_id", "{\"item_id\": \"m2\"}")).containsExactly("m2");
        assertThat(json("item_id", " {\"a\":[1,{\"item_id\":7}],\"b\":{\"item_id\":8},\"item_id\":42}"))
                .containsExactly("42");
        assertThat(json("item_id", "{\"item_id\":12345678901234567890}")).containsExactly("12345678901234567890");
        assertThat(json("item_id", "{\"item_id\":\"\\u00e9\"}")).containsExactly("é");
    }

    @Test
    void aNestedJsonFieldIsFoundByItsPath() throws Exception {
        String order = "{\"id\":1,\"order\":{\"id\":2,\"item\":{\"id\":42,\"tags\":[{\"id\":3}]}},\"item\":{\"id\":4}}";

        assertThat(json("order.item.id", order)).containsExactly("42");
        assertThat(json("item.id", order)).containsExactly("4");
        assertThat(json("order.item.tags.id", order)).isEmpty();
        assertThat(json("nowhere", order)).isEmpty();
    }

    @Test
    void aRepeatedJsonFieldIsFoundTwice() throws Exception {
        assertThat(json("item_id", "{\"item_id\":1,\"item_id\":2}")).containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"item_id\":1.0}", "{\"item_id\":null}", "{\"item_id\":true}", "{\"item_id\":[1]}"})
    void anotherJsonValueIsRejected(String body) {
        assertThatThrownBy(() -> json("item_id", body))
                .isInstanceOf(HttpException.class)
                .hasMessage("the JSON field item_id is neither a string nor an integer; send one of these");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"item_id\":42", "{\"item_id\":42}}", "item_id=42", "{\"item_id\":042}", "[[[[["})
    void aBodyThatIsNotJsonIsRejected(String body) {
        assertThatThrownBy(() -> json("item_id", body))
                .isInstanceOf(HttpException.class)
                .hasMessageStartingWith("the body is not JSON: ");
    }

    @Test
    void aDeeplyNestedBodyIsRejected() {
        assertThatThrownBy(() -> json("item_id", "[".repeat(9_000))).isInstanceOf(HttpException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "item_id", "form:", "cookie:x", "path:items/*", "path:/items", "path:/*/*", "Form:x"})
    void anUnknownSourceIsRejected(String itemId) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ItemIdSource.of(itemId))
                .withMessageStartingWith("itemId=" + itemId + ": must be form:name, query:name,");
    }

    @Test
    void theBodyCanBeReadAgainByteForByte() throws Exception {
        String body = "item_id=42&x=%E9%00&y=\u00e9";
        HttpServletRequest buffered = form(body);
        when(request.getCharacterEncoding()).thenReturn("UTF-8");
        ItemIdSource.of("form:item_id").find(buffered);

        assertThat(new String(buffered.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(body);
        assertThatThrownBy(buffered::getReader).isInstanceOf(IllegalStateException.class);
        assertThat(buffered.getParameter("item_id")).isEqualTo("42");
    }
}
