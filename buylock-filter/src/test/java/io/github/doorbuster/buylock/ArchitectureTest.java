package io.github.doorbuster.buylock;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.github.doorbuster.buylock", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.github.doorbuster.buylock";

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_SERVLET_NO_CLIENT_NO_SQL_AND_NO_JSON = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta.servlet..",
                    "net.spy..",
                    "java.sql..",
                    "javax.sql..",
                    "tools.jackson..",
                    "com.fasterxml..");

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NEITHER_ITS_EDGE_NOR_ITS_ADAPTERS = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".*..");

    @ArchTest
    static final ArchRule ADAPTERS_DO_NOT_KNOW_THE_EDGE = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".memcached", ROOT + ".memory")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".servlet");

    @ArchTest
    static final ArchRule ONLY_ITS_ADAPTER_KNOWS_THE_CLIENT = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".memcached")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.spy..");

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CIRCLE =
            slices().matching(ROOT + ".(*)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NAMES_SAY_SOMETHING = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Common|Manager|Helper|Impl)(\\$.*)?")
            .orShould()
            .resideInAnyPackage("..util..", "..common..");
}
