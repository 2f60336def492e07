package io.ebbtide.jetty;

/** A client that says when it has come as far as it is to come, and then does nothing but live. */
final class StoppedPeerProgram {

    private StoppedPeerProgram() {}

    /** Takes a port, and a path; with {@code receive} it waits for the answer before it says so. */
    public static void main(String[] arguments) throws Exception {
        try (RawClient client = RawClient.connect(Integer.parseInt(arguments[0]))) {
            client.get(arguments[1]);
            if (arguments[2].equals("receive")) {
                System.out.println(client.receive().status());
            } else {
                System.out.println("asked");
            }
            int _ = System.in.read();
        }
    }
}
