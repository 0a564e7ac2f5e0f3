import java.io.*;
import java.nio.file.*;
import java.util.stream.Collectors;
import org.eclipse.rdf4j.model.IRI;
import org.eclipse.rdf4j.query.*;
import org.eclipse.rdf4j.query.impl.SimpleDataset;
import org.eclipse.rdf4j.query.resultio.sparqljson.*;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.ntriples.NTriplesWriter;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

/** Answers each query of a folder over N-Quads: Rdf4j.java DATA QUERIES OUTPUT [DEFAULT]. */
public class Rdf4j {
    public static void main(String[] words) throws Exception {
        SailRepository repository = new SailRepository(new MemoryStore());
        try (RepositoryConnection connection = repository.getConnection();
             DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(words[1]), "*.rq")) {
            connection.add(new File(words[0]), RDFFormat.NQUADS);
            SimpleDataset dataset = words.length < 4 ? null : dataset(connection, words[3]);
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".rq", "");
                Query query = connection.prepareQuery(Files.readString(file));
                if (dataset != null) query.setDataset(dataset);
                query.setMaxExecutionTime(60);
                try (OutputStream output = new FileOutputStream(words[2] + "/" + name)) {
                    if (query instanceof GraphQuery graph) graph.evaluate(new NTriplesWriter(output));
                    else if (query instanceof BooleanQuery ask)
                        new SPARQLBooleanJSONWriter(output).handleBoolean(ask.evaluate());
                    else ((TupleQuery) query).evaluate(new SPARQLResultsJSONWriter(output));
                } catch (QueryEvaluationException error) {
                    System.err.println(name + ": " + error.getMessage());
                    Files.delete(Path.of(words[2], name));
                }
            }
        }
        repository.shutDown();
    }

    static SimpleDataset dataset(RepositoryConnection connection, String name) {
        SimpleDataset dataset = new SimpleDataset();
        IRI graph = connection.getValueFactory().createIRI(name);
        dataset.addDefaultGraph(graph);
        for (var context : connection.getContextIDs().stream().collect(Collectors.toList()))
            if (!context.equals(graph)) dataset.addNamedGraph((IRI) context);
        return dataset;
    }
}
