import { Option, type Command } from 'commander';
import { lineEnds, sourceFormats } from '../../core/pipeline/source-formats';
import { parseColumnMapping } from '../import/parse-column-mapping';
import { wholeNumberOption } from '../options';

/** Adds the options for reading and importing a file. */
export function withPipelineOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'format of the file (default: detected, else from its name)').choices(
        sourceFormats,
      ),
    )
    .option(
      '--map <column=slug>',
      'map a column, or a name in NDJSON or JSON, to a property; repeatable; see below',
      parseColumnMapping,
    )
    .option('--mapping <file>', 'JSON file that maps columns; --map overrides it; see below')
    .option(
      '--delimiter <character>',
      "separator of the cells in a CSV; 'tab', or 'none' for one cell per line (default: detected)",
      delimiter,
    )
    .option('--encoding <name>', 'encoding of the file, such as windows-1252 (default: detected, else utf-8)')
    .addOption(
      new Option(
        '--line-end <end>',
        'how lines end: LF or CRLF, CR alone, or CR CR LF (default: detected)',
      ).choices(lineEnds),
    )
    .option('--lenient-quotes', 'accept a quote inside an unquoted cell of a CSV, such as 5" pipe')
    .option(
      '--keep-repeated-headers',
      'import rows of a CSV that repeat its header, as in joined files (default: skip them)',
    )
    .option('--dedupe-by <slug>', 'property that identifies a record: makes it safe to repeat an import')
    .option('--update-existing', 'update records that already exist', false)
    .option('--create-missing-options', 'create missing options of selects', false)
    .option('--list-id <id>', 'list to add the records to')
    .option('--batch-size <rows>', 'rows per import', wholeNumberOption(1), 1000)
    .option(
      '--max-concurrent-imports <number>',
      'maximum number of imports in flight',
      wholeNumberOption(1),
      4,
    )
    .option(
      '--max-extra-requests <number>',
      'maximum extra requests to find refused rows that the API does not name (default: 200)',
      wholeNumberOption(0),
    );
}

const delimiter = (text: string): string => (text === '\\t' || text === 'tab' ? '\t' : text);

/** Explains column mapping at the end of a command's help. */
export const mappingHelp = `
Mapping columns (a column that is not mapped goes to the property of the same name):
  --map 'Company=name'              to the property name
  --map 'Notes='                    left out
  --map 'Staff=headcount:number'    read as number (digits are sent unchanged), json or
                                    boolean (true or false, yes or no, 1 or 0, in any case)
  --map 'Tags=labels[;]'            split at the separator into several values
  --map 'Years=years:number[, ]'    both
  --map '#3=notes'                  the third column, whatever its name
  --map '=notes'                    the column without a name
  --mapping FILE                    {"Company": "name", "Notes": null, "Staff": {"property": "headcount", "type": "number"},
                                    "Tags": {"property": "labels", "separator": ";"}}`;
