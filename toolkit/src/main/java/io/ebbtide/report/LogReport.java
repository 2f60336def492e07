package io.ebbtide.report;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** One log line for each phase, each failed step and each straggler, and the timeline at the end. */
record LogReport(Logger log) implements ShutdownListener {

    @Override
    public void phaseBegan(ShutdownProgress progress) {
        if (!progress.phase().isFinal()) {
            log.log(Level.INFO, Sentences.phase(progress));
        }
    }

    @Override
    public void progressed(ShutdownProgress progress) {
        log.log(Level.INFO, Sentences.progress(progress));
    }

    @Override
    public void stepEnded(StepReport step) {
        switch (step.outcome()) {
            case Outcome.Completed() -> log.log(Level.DEBUG, Sentences.step(step));
            case Outcome.Failed(Throwable cause) ->
                    log.log(Level.ERROR, Sentences.step(step), SafeText.forLog(cause));
            case Outcome.TimedOut _ -> log.log(Level.ERROR, Sentences.step(step));
        }
    }

    @Override
    public void straggled(Straggler straggler) {
        log.log(Level.WARNING, Sentences.straggler(straggler));
    }

    @Override
    public void taskFailed(FailedTask task) {
        log.log(Level.ERROR, Sentences.failedTask(task), SafeText.forLog(task.cause()));
    }

    @Override
    public void calledOff(ShutdownProgress progress) {
        log.log(Level.INFO, Sentences.calledOff(progress));
    }

    @Override
    public void ended(ShutdownResult result) {
        log.log(
                result.status() == ShutdownResult.Status.SUCCESSFUL ? Level.INFO : Level.WARNING,
                result.toString());
    }
}
