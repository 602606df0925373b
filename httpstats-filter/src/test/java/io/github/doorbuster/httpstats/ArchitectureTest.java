package io.github.doorbuster.httpstats;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "io.github.doorbuster.httpstats";

    @ArchTest
    static final ArchRule theModuleDependsOnNoOther = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.doorbuster..").and(resideOutsideOfPackage(ROOT + "..")));

    @ArchTest
    static final ArchRule theCoreIsPlainJava = noClasses()
            .that()
            .resideInAnyPackage(ROOT, ROOT + ".latency")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta..",
                    "java.sql..",
                    "javax.sql..",
                    "tools.jackson..",
                    "com.fasterxml..",
                    "io.prometheus..",
                    "org.eclipse.jetty..");

    @ArchTest
    static final ArchRule theCoreKnowsNoEdge = noClasses()
            .that()
            .resideInAnyPackage(ROOT, ROOT + ".latency")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".format", ROOT + ".servlet", ROOT + ".jetty");

    @ArchTest
    static final ArchRule formatsDoNotKnowTheEdge = noClasses()
            .that()
            .resideInAPackage(ROOT + ".format")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".servlet", ROOT + ".jetty", "jakarta..");

    @ArchTest
    static final ArchRule onlyItsEdgeKnowsJetty = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".jetty")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..");

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("io.github.doorbuster.(httpstats..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyNameSaysSomething = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Common|Manager|Helper|Impl)(\\$.*)?")
            .orShould()
            .resideInAnyPackage("..util..", "..common..");
}
