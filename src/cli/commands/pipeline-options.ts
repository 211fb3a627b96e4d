import { Option, type Command } from 'commander';
import { lineEnds, sourceFormats } from '../../core/pipeline/source-formats';
import { parseColumnMapping } from '../import/parse-column-mapping';
import { wholeNumberOption } from '../options';

/** Adds what says how a file is read and imported. */
export function withPipelineOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', "default: found out, else by the file's name").choices(sourceFormats),
    )
    .option(
      '--map <column=slug>',
      'write a column, or a name of NDJSON or JSON, to a property; repeatable; see below',
      parseColumnMapping,
    )
    .option('--mapping <file>', 'JSON file of what does not fit into --map, which goes before it; see below')
    .option(
      '--delimiter <character>',
      "between the cells of a CSV; 'tab', or 'none' for one cell a line (default: found out)",
      delimiter,
    )
    .option('--encoding <name>', "of the file's text, such as windows-1252 (default: found out, else utf-8)")
    .addOption(
      new Option('--line-end <end>', 'LF or CRLF, CR alone, or CR CR LF (default: found out)').choices(
        lineEnds,
      ),
    )
    .option(
      '--lenient-quotes',
      'take a quote within an unquoted cell of a CSV, such as 5" pipe, as it stands',
    )
    .option(
      '--keep-repeated-headers',
      'import rows of a CSV that are equal to its header (default: they are left out, as where files were put together)',
    )
    .option('--dedupe-by <slug>', 'property that tells records apart: makes repeating an import harmless')
    .option('--update-existing', 'update records that are there already', false)
    .option('--create-missing-options', 'create options that a select does not have', false)
    .option('--list-id <id>', 'list that the records belong to')
    .option('--batch-size <rows>', 'rows per import', wholeNumberOption(1), 1000)
    .option('--max-concurrent-imports <number>', 'imports at the same time', wholeNumberOption(1), 4)
    .option(
      '--max-extra-requests <number>',
      'requests that may be spent on finding rows that the API refuses without naming them (default: 200)',
      wholeNumberOption(0),
    );
}

const delimiter = (text: string): string => (text === '\\t' || text === 'tab' ? '\t' : text);

/** Says how columns are mapped; ends the help of a command. */
export const mappingHelp = `
Mapping columns (what is not mapped is written to the property of its own name):
  --map 'Company=name'              to the property name
  --map 'Notes='                    left out
  --map 'Staff=headcount:number'    read as number (digits are sent as they stand), json or
                                    boolean (true or false, yes or no, 1 or 0, in any case)
  --map 'Tags=labels[;]'            split at the separator into several values
  --map 'Years=years:number[, ]'    both
  --map '#3=notes'                  the third column, also where another has its name, or it has none
  --map '=notes'                    the column without a name
  --mapping FILE                    {"Company": "name", "Notes": null, "Staff": {"property": "headcount", "type": "number"},
                                    "Tags": {"property": "labels", "separator": ";"}}`;
