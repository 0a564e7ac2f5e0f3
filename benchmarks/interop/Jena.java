import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.*;
import org.apache.jena.query.*;
import org.apache.jena.riot.*;

/** Answers each query of a folder over a file of RDF: Jena.java DATA QUERIES OUTPUT. */
public class Jena {
    public static void main(String[] words) throws Exception {
        Dataset dataset = DatasetFactory.create();
        RDFDataMgr.read(dataset, words[0]);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(words[1]), "*.rq")) {
            for (Path file : files) {
                Query query = QueryFactory.read(file.toString());
                String name = file.getFileName().toString().replace(".rq", "");
                try (QueryExecution run = QueryExecutionFactory.create(query, dataset);
                     OutputStream output = new FileOutputStream(words[2] + "/" + name)) {
                    if (query.isConstructType()) RDFDataMgr.write(output, run.execConstruct(), Lang.NTRIPLES);
                    else if (query.isAskType()) ResultSetFormatter.outputAsJSON(output, run.execAsk());
                    else ResultSetFormatter.outputAsJSON(output, run.execSelect());
                }
            }
        }
    }
}
