import java.net.URL;

class URLConnectionGet {
  public static void main(String[] arguments) throws Exception {
    try (var answer = new URL(arguments[0]).openStream()) {
      answer.readAllBytes();
    }
  }
}
