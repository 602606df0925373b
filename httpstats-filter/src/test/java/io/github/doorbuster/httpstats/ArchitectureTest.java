package io.github.doorbuster.httpstats;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import io.github.doorbuster.httpstats.format.SectionReader;
import io.github.doorbuster.httpstats.format.Sections;
import io.github.doorbuster.httpstats.format.StatsFormat;
import io.github.doorbuster.httpstats.format.StatsFormats;
import io.github.doorbuster.httpstats.jetty.HttpStatsHandler;
import io.github.doorbuster.httpstats.jetty.StatsHandler;
import io.github.doorbuster.httpstats.micrometer.HttpStatsMetrics;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import io.github.doorbuster.httpstats.spring.HttpStatsAutoConfiguration;

@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "io.github.doorbuster.httpstats";

    @ArchTest
    static final ArchRule dependsOnNoOtherModule = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.doorbuster..").and(resideOutsideOfPackage(ROOT + "..")));

    @ArchTest
    static final ArchRule onlyTheseClassesArePublic = classes()
            .that()
            .areTopLevelClasses()
            .and()
            .arePublic()
            .should(ArchCondition.from(belongToAnyOf(
                    HttpStats.class,
                    HttpStatsConfig.class,
                    HttpStatsSnapshot.class,
                    Latency.class,
                    SlowRequest.class,
                    Outcome.class,
                    RequestDetails.class,
                    ExcludedPaths.class,
                    StatsAccess.class,
                    SectionReader.class,
                    Sections.class,
                    StatsFormat.class,
                    StatsFormats.class,
                    HttpStatsFilter.class,
                    StatsServlet.class,
                    HttpStatsHandler.class,
                    StatsHandler.class,
                    HttpStatsMetrics.class,
                    HttpStatsAutoConfiguration.class)));

    @ArchTest
    static final ArchRule coreIsPlainJava = noClasses()
            .that()
            .resideInAPackage(ROOT)
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
    static final ArchRule coreDependsOnNoOtherPackage = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".format", ROOT + ".servlet", ROOT + ".jetty");

    @ArchTest
    static final ArchRule formatsDependOnNoEdge = noClasses()
            .that()
            .resideInAPackage(ROOT + ".format")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".servlet", ROOT + ".jetty", "jakarta..");

    @ArchTest
    static final ArchRule onlyTheJettyEdgeDependsOnJetty = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".jetty")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..");

    @ArchTest
    static final ArchRule onlyTheAutoConfigurationDependsOnSpring = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".spring")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", ROOT + ".spring");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.github.doorbuster.(httpstats..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule namesAreSpecific = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Common|Manager|Helper|Impl)(\\$.*)?")
            .orShould()
            .resideInAnyPackage("..util..", "..common..");
}
