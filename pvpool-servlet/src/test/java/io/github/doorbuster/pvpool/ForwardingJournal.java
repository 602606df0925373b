package io.github.doorbuster.pvpool;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A journal that keeps nothing, with some methods replaced by a test. */
public final class ForwardingJournal {

    private ForwardingJournal() {}

    /** A journal without a folder, in which calls of the named methods run other code. */
    public static ViewJournal with(Map<String, Callable<?>> replaced) {
        return replacing((method, args) -> replaced.containsKey(method) ? replaced.get(method) : null);
    }

    /** A journal in which appends stay unanswered, until the test answers them. */
    public static ViewJournal withoutAnswers(Consumer<ViewJournal.AppendCallback> appended) {
        return replacing((method, args) -> {
            if (!method.equals("append")) {
                return null;
            }
            appended.accept((ViewJournal.AppendCallback) args[1]);
            return () -> null;
        });
    }

    private static ViewJournal replacing(BiFunction<String, Object[], @Nullable Callable<?>> replaced) {
        return listener -> {
            ViewJournal.Open open = ViewJournal.none().open(listener);
            return (ViewJournal.Open) Proxy.newProxyInstance(
                    ForwardingJournal.class.getClassLoader(),
                    new Class<?>[] {ViewJournal.Open.class},
                    (proxy, method, args) -> {
                        Callable<?> other = replaced.apply(method.getName(), args);
                        if (other != null) {
                            return other.call();
                        }
                        try {
                            return method.invoke(open, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        };
    }
}
