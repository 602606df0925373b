package io.github.doorbuster.httpstats;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.github.doorbuster.httpstats", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule theCoreKnowsNoServletNoClientAndNoJson = noClasses()
            .that()
            .resideInAnyPackage("io.github.doorbuster.httpstats", "..latency..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta..",
                    "java.sql..",
                    "tools.jackson..",
                    "com.fasterxml..",
                    "io.prometheus..",
                    "org.eclipse.jetty..");

    @ArchTest
    static final ArchRule theCoreImportsNoEdge = noClasses()
            .that()
            .resideInAnyPackage("io.github.doorbuster.httpstats", "..latency..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..httpstats.servlet..", "..httpstats.jetty..", "..httpstats.format..");

    @ArchTest
    static final ArchRule onlyTheHandlerKnowsJetty = noClasses()
            .that()
            .resideOutsideOfPackage("..httpstats.jetty..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..");

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("io.github.doorbuster.httpstats.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingIsCalledAfterNothing = classes()
            .should()
            .haveNameNotMatching(".*(Manager|Helper|Util|Utils)$")
            .andShould()
            .resideOutsideOfPackages("..util..", "..common..");
}
