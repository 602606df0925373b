package io.github.doorbuster.pvpool;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.github.doorbuster.pvpool", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.github.doorbuster.pvpool";

    @ArchTest
    static final ArchRule theCoreKnowsNoServletNoSqlAndNoJson = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.servlet..", "java.sql..", "javax.sql..", "tools.jackson..", "com.fasterxml..");

    @ArchTest
    static final ArchRule theCoreKnowsNoAdapterAndNoEdge = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".*..");

    @ArchTest
    static final ArchRule adaptersDoNotKnowEachOtherNorTheEdge = noClasses()
            .that()
            .resideInAPackage(ROOT + ".jdbc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".servlet..", ROOT + ".journal..");

    @ArchTest
    static final ArchRule theJournalKnowsOnlyTheCore = noClasses()
            .that()
            .resideInAPackage(ROOT + ".journal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".servlet..", ROOT + ".jdbc..", "jakarta.servlet..", "java.sql..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noClassIsNamedForWantOfAName = classes()
            .should()
            .haveSimpleNameNotEndingWith("Manager")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper")
            .andShould()
            .haveSimpleNameNotContaining("Util");
}
