package io.github.doorbuster.buylock;

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

    static final String ROOT = "io.github.doorbuster.buylock";

    @ArchTest
    static final ArchRule noDependencyOnOtherModules = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.doorbuster..").and(resideOutsideOfPackage(ROOT + "..")));

    @ArchTest
    static final ArchRule theCoreIsPlainJava = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta..", "java.sql..", "javax.sql..", "tools.jackson..", "com.fasterxml..", "net.spy..");

    @ArchTest
    static final ArchRule theCoreKnowsNoEdgeAndNoAdapter = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".*..");

    @ArchTest
    static final ArchRule adaptersDoNotKnowTheEdge = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".memcached", ROOT + ".memory")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".servlet", "jakarta..");

    @ArchTest
    static final ArchRule onlyTheAdapterKnowsTheClient = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".memcached")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.spy..");

    @ArchTest
    static final ArchRule onlyTheAutoConfigurationKnowsSpring = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".spring")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", ROOT + ".spring");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("io.github.doorbuster.(buylock..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noCatchAllNames = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Common|Manager|Helper|Impl)(\\$.*)?")
            .orShould()
            .resideInAnyPackage("..util..", "..common..");
}
