package io.github.doorbuster.demo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packagesOf = Main.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule theShopKnowsNothingOfTheKit = noClasses()
            .that()
            .resideInAPackage("io.github.doorbuster.demo.shop")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.github.doorbuster.httpstats..",
                    "io.github.doorbuster.buylock..",
                    "io.github.doorbuster.pvpool..");

    @ArchTest
    static final ArchRule theRushSeesShopsOnlyFromOutside = noClasses()
            .that()
            .resideInAPackage("io.github.doorbuster.demo.rush")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.github.doorbuster.demo", "io.github.doorbuster.demo.shop");

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("io.github.doorbuster.(demo..)").should().beFreeOfCycles();
}
