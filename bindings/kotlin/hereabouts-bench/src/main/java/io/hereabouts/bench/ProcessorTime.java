package io.hereabouts.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.stream.LongStream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** The processor's time that the benchmark's own threads took for one operation: a busy machine changes it little. */
public class ProcessorTime implements InternalProfiler {
    /** What the result is called. */
    static final String LABEL = "cpu";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long before;

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = nanos();
    }

    @Override
    public List<Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long operations = result.getMetadata().getAllOps();
        double micros = (nanos() - before) / 1e3 / operations;
        return List.of(new ScalarResult(LABEL, micros, "us/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "processor time of the benchmark's threads";
    }

    private long nanos() {
        return LongStream.of(threads.getAllThreadIds()).filter(this::isWorker).map(threads::getThreadCpuTime).filter(nanos -> nanos > 0).sum();
    }

    private boolean isWorker(long id) {
        var thread = threads.getThreadInfo(id);
        return thread != null && thread.getThreadName().contains("jmh-worker");
    }
}
