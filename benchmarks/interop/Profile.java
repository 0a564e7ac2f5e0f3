import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.*;
import org.semanticweb.owlapi.profiles.*;

/** Prints how a file of RDF departs from OWL 2 DL: Profile.java FILE. */
public class Profile {
    public static void main(String[] words) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(words[0]));
        OWLProfileReport report = new OWL2DLProfile().checkOntology(ontology);
        System.out.println(ontology.getAxiomCount() + " axioms, " + ontology.getIndividualsInSignature().size()
            + " individuals, " + report.getViolations().size() + " departures from OWL 2 DL");
        report.getViolations().stream().limit(5).forEach(violation -> System.out.println("  " + violation));
    }
}
