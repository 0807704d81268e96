import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * Serves one empty in-memory database on a port that the system chooses, says which, and ends with its input. With the
 * files of a certificate and its key (PEM, RSA, PKCS #8) it speaks TLS and nothing else.
 */
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
    if (arguments.length == 2) server.enableSsl(key(arguments[1]), null, certificate(arguments[0]));
    server.bind(new InetSocketAddress("127.0.0.1", 0));
    InetSocketAddress address = server.getLocalAddress();
    System.out.println("listening on " + address.getPort());
    while (System.in.read() != -1) {
      // the test that started the server holds the other end: when it goes, so does the server
    }
    server.shutdownNow();
    System.exit(0);
  }

  private static X509Certificate certificate(String file) throws Exception {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey key(String file) throws Exception {
    String encoded = Files.readString(Path.of(file)).replaceAll("-----[^-]+-----|\\s", "");
    byte[] bytes = Base64.getDecoder().decode(encoded);
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(bytes));
  }
}
