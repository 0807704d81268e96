import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.util.List;

/** Serves one empty in-memory database on a port that the system chooses, says which, and ends with its input. */
public final class WireServer {
  /** What DocumentDB 5.0 answers: the driver refuses servers that are older. */
  private static final MongoVersion DOCUMENTDB_5 =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
          return 13;
        }
      };

  public static void main(String[] arguments) throws Exception {
    MemoryBackend backend = new MemoryBackend();
    backend.version(DOCUMENTDB_5);
    MongoServer server = new MongoServer(backend);
    server.bind(new InetSocketAddress("127.0.0.1", 0));
    InetSocketAddress address = server.getLocalAddress();
    System.out.println("listening on " + address.getPort());
    while (System.in.read() != -1) {
      // the test that started the server holds the other end: when it goes, so does the server
    }
    server.shutdownNow();
    System.exit(0);
  }
}
