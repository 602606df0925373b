package io.github.doorbuster.buylock.memcached;

import java.nio.charset.StandardCharsets;
import net.spy.memcached.CachedData;
import net.spy.memcached.transcoders.Transcoder;

/** Transcodes plain text only: the client's default transcoder deserialises any object it finds. */
enum TokenTranscoder implements Transcoder<String> {
    INSTANCE;

    @Override
    public boolean asyncDecode(CachedData data) {
        return false;
    }

    @Override
    public CachedData encode(String token) {
        return new CachedData(0, token.getBytes(StandardCharsets.ISO_8859_1), getMaxSize());
    }

    @Override
    public String decode(CachedData data) {
        return new String(data.getData(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public int getMaxSize() {
        return CachedData.MAX_SIZE;
    }
}
