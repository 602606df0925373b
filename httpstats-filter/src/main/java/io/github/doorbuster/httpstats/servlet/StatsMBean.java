package io.github.doorbuster.httpstats.servlet;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every number of {@code /stats} as an attribute over JMX, named by its path in the JSON, such as {@code request.count}
 * and {@code buylock.granted}. Attributes that appear later are included. The numbers are at most a second old.
 * Thread-safe.
 */
final class StatsMBean implements DynamicMBean {

    private static final int MAX_ATTRIBUTES = 5_000;
    private static final int MAX_INSTANCES = 100;
    private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Supplier<byte[]> json;
    private final ObjectName name;

    @GuardedBy("this")
    private Map<String, Double> numbers = Map.of();

    @GuardedBy("this")
    private long readAt = System.nanoTime() - MAX_AGE_NANOS;

    private StatsMBean(Supplier<byte[]> json, ObjectName name) {
        this.json = json;
        this.name = name;
    }

    /**
     * Registers an MBean. One JVM may run several applications with the same path: on several virtual hosts, on several
     * ports, or two versions of one. The second of them has {@code instance=2} in its name, and so on.
     *
     * @param context the path of the application
     * @param statistics the name of the statistics
     */
    static StatsMBean register(String context, String statistics, Supplier<byte[]> json) throws JMException {
        String first = "io.github.doorbuster:type=HttpStats,context=%s,name=%s"
                .formatted(ObjectName.quote(context), ObjectName.quote(statistics));
        for (int instance = 1; ; instance++) {
            ObjectName name = new ObjectName(instance == 1 ? first : first + ",instance=" + instance);
            StatsMBean bean = new StatsMBean(json, name);
            try {
                ManagementFactory.getPlatformMBeanServer().registerMBean(bean, name);
                return bean;
            } catch (InstanceAlreadyExistsException e) {
                if (instance == MAX_INSTANCES) {
                    throw e;
                }
            }
        }
    }

    ObjectName name() {
        return name;
    }

    void unregister() throws JMException {
        ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    }

    private synchronized Map<String, Double> numbers() {
        long now = System.nanoTime();
        if (now - readAt >= MAX_AGE_NANOS) {
            Map<String, Double> read = new TreeMap<>();
            flatten("", MAPPER.readTree(json.get()), read);
            numbers = read;
            readAt = now;
        }
        return numbers;
    }

    private static void flatten(String path, JsonNode node, Map<String, Double> into) {
        if (node.isNumber() && into.size() < MAX_ATTRIBUTES) {
            into.put(path, node.asDouble());
        } else if (node.isObject()) {
            node.properties()
                    .forEach(field -> flatten(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), into));
        }
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
        Double number = numbers().get(attribute);
        if (number == null) {
            throw new AttributeNotFoundException(attribute);
        }
        return number;
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        Map<String, Double> all = numbers();
        AttributeList found = new AttributeList();
        for (String attribute : attributes) {
            Double number = all.get(attribute);
            if (number != null) {
                found.add(new Attribute(attribute, number));
            }
        }
        return found;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        List<MBeanAttributeInfo> attributes = new ArrayList<>();
        numbers()
                .keySet()
                .forEach(attribute -> attributes.add(
                        new MBeanAttributeInfo(attribute, "double", attribute + " of /stats", true, false, false)));
        return new MBeanInfo(
                StatsMBean.class.getName(),
                "The numbers of /stats",
                attributes.toArray(MBeanAttributeInfo[]::new),
                null,
                null,
                null);
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public @Nullable Object invoke(String action, Object[] params, String[] signature) {
        throw new UnsupportedOperationException(action);
    }
}
