package io.github.doorbuster.pvpool;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "io.github.doorbuster.pvpool";

    @ArchTest
    static final ArchRule moduleDependsOnNoOtherModule = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.doorbuster..").and(resideOutsideOfPackage(ROOT + "..")));

    @ArchTest
    static final ArchRule coreIsPlainJava = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta..", "java.sql..", "javax.sql..", "tools.jackson..", "com.fasterxml..", "com.mysql..");

    @ArchTest
    static final ArchRule coreDependsOnNeitherEdgeNorAdapters = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".*..");

    @ArchTest
    static final ArchRule adaptersDoNotDependOnEdge = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".jdbc", ROOT + ".journal")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".servlet", "jakarta..");

    @ArchTest
    static final ArchRule onlyAdapterAndEdgeDependOnDatabase = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".jdbc", ROOT + ".servlet", ROOT + ".spring")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".jdbc", "java.sql..", "javax.sql..", "com.mysql..");

    @ArchTest
    static final ArchRule databaseAdapterDoesNotDependOnJournal = noClasses()
            .that()
            .resideInAPackage(ROOT + ".jdbc")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".journal");

    @ArchTest
    static final ArchRule onlyTheAutoConfigurationDependsOnSpring = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".spring")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", ROOT + ".spring");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.github.doorbuster.(pvpool..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noNameIsVague = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Common|Manager|Helper|Impl)(\\$.*)?")
            .orShould()
            .resideInAnyPackage("..util..", "..common..");

    @ArchTest
    static final ArchRule onlyTheseClassesArePublic = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .should()
            .haveNameMatching("io\\.github\\.doorbuster\\.pvpool\\.("
                    + String.join(
                            "|",
                            "PvPool(Config|Snapshot)?",
                            "(Rejected|Store)Exception",
                            "Views|ItemId|TopItems",
                            "PvStore|Chunk|StoredCounts|StoredSeries|StoredTop|LedgerRow|Position|Buckets?|CountsInTime|Units",
                            "ViewJournal",
                            "jdbc\\.(JdbcConfig|JdbcPvStore)",
                            "journal\\.(JournalConfig|Journals|JournalTool)",
                            "servlet\\.(PvPoolServlet|HttpLimits|ClientLimits)",
                            "micrometer\\.PvPoolMetrics",
                            "spring\\.PvPoolAutoConfiguration")
                    + ")");
}
