package io.github.doorbuster.httpstats;

/**
 * Which two samples enclose the true percentile, with a probability of at least 95 %. Of n independent samples, the
 * number below the true percentile has a binomial distribution, whatever the distribution of the times is. See David
 * and Nagaraja, Order Statistics (3rd edition), section 7.1.
 *
 * @param lowRank the rank of the lower sample, 1 for the shortest; 0 if no sample bounds the percentile from below
 * @param highRank the rank of the upper sample; 0 if no sample bounds the percentile from above
 */
record PercentileBounds(long lowRank, long highRank) {

    /** The probability that a bound is wrong, for each side. */
    private static final double TAIL = 0.025;

    /** The 2.5th percentile of the standard normal distribution. */
    private static final double NORMAL_QUANTILE = -1.959963984540054;

    /** Terms of a sum that are smaller than this part of it are left out. */
    private static final double NEGLIGIBLE = 1e-13;

    private static final double HALF_LN_2_PI = 0.9189385332046727;
    private static final int STIRLING_FROM = 16;

    /**
     * Returns the ranks for a percentile of some samples.
     *
     * @param percentile more than 0 and less than 100
     */
    static PercentileBounds of(long samples, double percentile) {
        double q = percentile / 100;
        long below = highestWithinTail(samples, q);
        long above = highestWithinTail(samples, 1 - q);
        return new PercentileBounds(below + 1, above < 0 ? 0 : samples - above);
    }

    /** {@return the highest k for which at most k of n trials succeed with a probability of at most 2.5 %, or -1} */
    private static long highestWithinTail(long n, double q) {
        double deviation = Math.sqrt(n * q * (1 - q));
        // Cornish and Fisher's expansion; then exact steps.
        double guess =
                n * q + NORMAL_QUANTILE * deviation + (NORMAL_QUANTILE * NORMAL_QUANTILE - 1) * (1 - 2 * q) / 6 - 0.5;
        long k = Math.max(0, Math.min(n, (long) Math.floor(guess)));
        double cumulative = cumulative(n, q, k);
        while (k >= 0 && cumulative > TAIL) {
            cumulative -= probability(n, q, k);
            k--;
        }
        for (double next; k < n && cumulative + (next = probability(n, q, k + 1)) <= TAIL; k++) {
            cumulative += next;
        }
        return k;
    }

    /** {@return the probability of at most k successes} */
    private static double cumulative(long n, double q, long k) {
        double term = probability(n, q, k);
        double sum = term;
        double odds = (1 - q) / q;
        for (long i = k; i > 0 && term > sum * NEGLIGIBLE; i--) {
            term *= i * odds / (n - i + 1);
            sum += term;
        }
        return sum;
    }

    /** {@return the probability of exactly k successes} */
    private static double probability(long n, double q, long k) {
        return Math.exp(
                lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k) + k * Math.log(q) + (n - k) * Math.log1p(-q));
    }

    private static double lnFactorial(long n) {
        if (n < STIRLING_FROM) {
            double product = 1;
            for (long i = 2; i <= n; i++) {
                product *= i;
            }
            return Math.log(product);
        }
        double x = n + 1.0;
        double inverse = 1 / (x * x);
        // Stirling's series of the logarithm of the gamma function; DLMF 5.11.1.
        double series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / x;
        return (x - 0.5) * Math.log(x) - x + HALF_LN_2_PI + series;
    }
}
