/** A small file of a kind that imports often meet, and what must become of it. */
export interface Case {
  file: string;
  flags?: string[];
  /** The file is refused before anything is sent; what is said then. */
  refused?: RegExp[];
  /** Rows sent: the members of each, as the text that the API receives. */
  sent?: string[];
  /** Lines of the rows that fail, with what is said of each. */
  failed?: Record<number, RegExp>;
  /** What is said besides, before or after. */
  said?: RegExp[];
}

/** What `test/cases/files` are for. */
export const cases: Case[] = [
  {
    file: 'semicolon.csv',
    sent: ['"name":"Acme","domain":"acme.test"', '"name":"Beta; Sons","domain":"beta.test"'],
    said: [/';'/, /--delimiter/],
  },
  { file: 'tab.csv', sent: ['"name":"Acme","domain":"acme.test"'], said: [/tab/i, /--delimiter/] },
  { file: 'sep-line.csv', sent: ['"name":"Acme","domain":"acme.test"'], said: [/sep=/] },
  { file: 'login-page.csv', refused: [/HTML/] },
  { file: 'pretty-array.json', sent: ['"name":"A"', '"name":"B"'] },
  { file: 'zip-named.csv', refused: [/\bzip\b/i] },
  { file: 'utf-16-without-mark.csv', sent: ['"name":"A","c":"B"'], said: [/UTF-16/i, /--encoding/] },
  {
    file: 'cr-only.csv',
    sent: ['"name":"Acme","city":"Rome"', '"name":"Beta","city":"Oslo"'],
    said: [/\bCR\b/, /--line-end/],
  },
  {
    file: 'cr-cr-lf.csv',
    sent: ['"name":"Acme","domain":"acme.test"', '"name":"Beta","domain":"beta.test"'],
    said: [/CR CR LF/, /--line-end/],
  },
  {
    file: 'bom-inside.csv',
    sent: ['"name":"Acme","city":"Rome"', '"name":"Beta","city":"Oslo"', '"name":"Gamma, Inc","city":"Oslo"'],
    said: [/repeat/, /line 3/],
  },
  {
    file: 'blank-last-column.csv',
    sent: ['"name":"Acme","city":"Rome"', '"name":"Beta","city":"Oslo"'],
    said: [/column 3/, /#3/],
  },
  {
    file: 'space-in-header.csv',
    sent: ['"name":"Acme","primary_domain":"acme.test"'],
    said: [/blanks/],
  },
  {
    file: 'rows-of-commas.csv',
    sent: ['"name":"Acme","domain":"acme.test"', '"name":"Beta","domain":"beta.test"'],
    said: [/3 rows? .*(empty|value)/],
  },
  {
    file: 'inches.csv',
    sent: ['"name":"Bolt","size":"plain"'],
    failed: { 2: /quot.*--lenient-quotes/, 3: /quot.*--lenient-quotes/ },
  },
  {
    file: 'inches.csv',
    flags: ['--lenient-quotes'],
    sent: [
      String.raw`"name":"Pipe","size":"55\" wide"`,
      String.raw`"name":"Rod","size":"3\" thick"`,
      '"name":"Bolt","size":"plain"',
    ],
  },
  {
    file: 'broken-quotes-merge.csv',
    sent: [
      '"company":"Cole Ltd","phone":"3","note":"wants a quote"',
      '"company":"Ely","phone":"5","note":"fine"',
    ],
    failed: { 2: /quot/, 5: /quot/ },
  },
  {
    file: 'windows-1252-failed.csv',
    flags: ['--encoding', 'windows-1252', '--map', 'n=n:number'],
    sent: ['"name":"Ok","n":5'],
    failed: { 2: /"n" is not of type number/ },
  },
  { file: 'windows-1252-failed.csv', refused: [/not (valid )?UTF-8/i, /windows-1252/, /--encoding/] },
  {
    file: 'numbers.ndjson',
    sent: [
      '"name":"A","id":9007199254740993',
      '"name":"B","id":1413617112501850121',
      '"name":"C","amount":0.1234567890123456789',
      '"name":"E","v":-0',
      '"name":"F","v":1.0',
      '"name":"G","v":123456789012345678901234567890',
    ],
    failed: { 4: /number/ },
  },
  {
    file: 'big-number.csv',
    flags: ['--map', 'n=n:number'],
    sent: ['"name":"A","n":12345678901234567890', '"name":"B","n":7'],
  },
  { file: 'duplicate-keys.ndjson', failed: { 1: /twice/, 2: /twice/ } },
  {
    file: 'dedupe-column-missing.csv',
    flags: ['--dedupe-by', 'primary_domain'],
    refused: [/primary_domain/, /name/, /url/],
  },
  {
    file: 'dedupe-cells-blank.csv',
    flags: ['--dedupe-by', 'primary_domain'],
    sent: ['"name":"Acme","primary_domain":"acme.test"', '"name":"Beta"', '"name":"Gamma"'],
    said: [/2 of 3 rows .*primary_domain/],
  },
  { file: 'gzip-named.csv', sent: ['"name":"Acme","domain":"acme.test"'] },
];
