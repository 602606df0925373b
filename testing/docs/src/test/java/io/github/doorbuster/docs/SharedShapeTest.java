package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Repository;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md says of the three modules: each works alone, and they are alike. */
class SharedShapeTest {

    @Test
    void eachModuleBindsItsInitParamsByTheSameCode() {
        List<String> copies = Repository.files("", ".java").stream()
                .filter(file -> file.endsWith("/servlet/InitParams.java"))
                .map(Repository::read)
                .map(code -> code.replaceFirst("^package [^;]+;", ""))
                .toList();
        assertThat(copies).hasSize(3).containsOnly(copies.get(0));
    }
}
