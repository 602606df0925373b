package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The counts of hours and days. */
class TimeIT extends ServletOnJetty {

    private static final String TIME = "\"20[-0-9T:]+Z\"";

    private void start() throws Exception {
        start(new PvPoolServlet(), with(Map.of("buckets", "hour,day", "bucketZone", "Asia/Tokyo", "bucketDays", "7")));
    }

    @Test
    void sendsSumsAndSeries() throws Exception {
        start();
        assertThat(post("{\"counts\":{\"1\":3,\"m2\":1}}").statusCode()).isEqualTo(202);
        assertThat(get("?item_ids=1,x&since=24h").body())
                .matches("\\{\"from\":%s,\"pvc\":\\{\"1\":3,\"x\":0}}".formatted(TIME));
        assertThat(get("?item_ids=1,m2&since=7d").body()).endsWith("\"pvc\":{\"1\":3,\"m2\":1}}");
        assertThat(get("?item_ids=m2&bucket=day&count=3").body())
                .matches("\\{\"bucket\":\"day\",\"starts\":\\[%s,%s,%s],\"pvc\":\\{\"m2\":\\[0,0,1]}}"
                        .formatted(TIME, TIME, TIME))
                .contains("T15:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            since=24              | since=24: must be a number of hours or days, such as 24h or 7d
            since=0h              | since=0h: must be a number
            since=169h            | since=169h: must be 1 to 168h
            since=24h&count=2     | since: must not be combined with bucket and count
            bucket=week&count=2   | bucket=week: must be hour or day
            bucket=day            | bucket and count belong together
            bucket=day&count=0    | count=0: must be a number of buckets, 1 or more
            bucket=day&count=99999999 | count=99999999: must be between 1 and 7; bucket=day is kept for 7 days (bucketDays)
            bucket=day&count=8    | count=8: must be between 1 and 7; bucket=day is kept for 7 days (bucketDays)
            """)
    void badInputNamesTheRule(String query, String rule) throws Exception {
        start();
        HttpResponse<String> answer = get("?item_ids=1&" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(rule);
    }

    @Test
    void tooManyCountsAreRefused() throws Exception {
        start();
        HttpResponse<String> answer = get("?item_ids=%s&since=168h".formatted(numbers(100)));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("100 ids in 169 buckets: must be at most 10000 counts");
    }

    @Test
    void withoutBucketsAskingIsAnError() throws Exception {
        startOwnPool();
        HttpResponse<String> answer = get("?item_ids=1&since=24h");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("set buckets=hour");
    }
}
