import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;

/** Judges the examples by the JSON Schemas, and prints each verdict: {"schema": [true, false, ...]}. */
public class Validate {
  public static void main(String[] arguments) throws Exception {
    var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    var mapper = new ObjectMapper();
    var verdicts = mapper.createObjectNode();
    var examples = mapper.readTree(Files.readString(Path.of(arguments[1])));
    for (var names = examples.fieldNames(); names.hasNext(); ) {
      var name = names.next();
      var text = Files.readString(Path.of(arguments[0], name + ".schema.json"));
      var schema = registry.getSchema(text, InputFormat.JSON);
      var ofSchema = verdicts.putArray(name);
      for (var example : examples.get(name)) {
        ofSchema.add(schema.validate(example.get("json").asText(), InputFormat.JSON).isEmpty());
      }
    }
    System.out.println(verdicts);
  }
}
