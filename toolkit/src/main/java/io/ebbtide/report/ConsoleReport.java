package io.ebbtide.report;

import java.io.Console;
import java.io.PrintStream;

/** Shows a shutdown to somebody who watches it. */
record ConsoleReport(PrintStream out, Screen screen) implements ShutdownListener {

    /** What is at the other end. */
    enum Screen {
        /** A terminal: progress renews its own line. */
        TERMINAL,
        /** A file or a pipe: each message is a line of its own. */
        LINES;

        private static final String RENEW = "\r\u001b[2K";

        @SuppressWarnings("SystemConsoleNull") // the documentation still allows null
        static Screen detect() {
            Console console = System.console();
            return console != null && console.isTerminal() ? TERMINAL : LINES;
        }
    }

    @Override
    public void phaseBegan(ShutdownProgress progress) {
        if (!progress.phase().isFinal()) {
            line(Sentences.phase(progress));
        }
    }

    @Override
    public void progressed(ShutdownProgress progress) {
        switch (screen) {
            case TERMINAL -> {
                out.print(Screen.RENEW + Sentences.progress(progress));
                out.flush();
            }
            case LINES -> line(Sentences.progress(progress));
        }
    }

    @Override
    public void stepEnded(StepReport step) {
        if (!step.outcome().isClean()) {
            line(Sentences.step(step));
        }
    }

    @Override
    public void straggled(Straggler straggler) {
        line(Sentences.straggler(straggler));
    }

    @Override
    public void taskFailed(FailedTask task) {
        line(Sentences.failedTask(task));
    }

    @Override
    public void ended(ShutdownResult result) {
        line(result.toString());
    }

    private void line(String text) {
        out.println(screen == Screen.TERMINAL ? Screen.RENEW + text : text);
    }
}
