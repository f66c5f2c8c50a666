package io.hereabouts.bench;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks and prints a line for each: the median of its iterations. */
public final class Main {
    private Main() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws RunnerException {
        var options = new OptionsBuilder()
                .include(Calls.class.getName())
                .addProfiler(ProcessorTime.class)
                .forks(1)
                .warmupIterations(10)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(15)
                .measurementTime(TimeValue.seconds(1))
                .jvmArgsAppend("-Xmx2g")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        System.out.println("| call | processor time, median | iterations from | to |\n| --- | --- | --- | --- |");
        for (RunResult result : new Runner(options).run()) {
            var micros = result.getSecondaryResults().get(ProcessorTime.LABEL).getStatistics();
            System.out.printf(
                    "| `%s` | %.2f µs | %.2f µs | %.2f µs |%n",
                    result.getParams().getBenchmark().replaceAll(".*\\.", ""),
                    micros.getPercentile(50),
                    micros.getMin(),
                    micros.getMax());
        }
    }
}
