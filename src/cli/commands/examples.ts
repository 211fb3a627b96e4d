/**
 * An example command line for each command's help, by command name. Each works unchanged where its file and import
 * exist: `test/cli/examples.test.ts` runs them.
 */
export const examples: Readonly<Record<string, string>> = {
  dev: 'prism-imports dev --file companies.csv --dedupe-by primary_domain',
  worker: 'MICRO_API_KEY_FILE=micro.key prism-imports worker',
  emulator: 'prism-imports emulator --job-duration 2s..30s --state emulator.state',
  rehearse: 'prism-imports rehearse --job-duration 5d --outage 1h..25h',
  setup: 'prism-imports setup',
  doctor: 'prism-imports doctor --team acme',
  import:
    'prism-imports import companies.csv --team acme --object-type organization --dedupe-by primary_domain',
  track: 'prism-imports track imp-1 --team acme',
  list: 'prism-imports list --team acme --newer-than 7d',
  describe: 'prism-imports describe imp-1 --team acme',
  results: 'prism-imports results imp-1 --team acme --format csv',
  clean: 'prism-imports clean --older-than 30d --dry-run',
  'codec-server': 'prism-imports codec-server --ui http://localhost:8233',
  export: 'prism-imports lab export > traces.jsonl',
  budget: 'prism-imports budget --requests 1000 --durations 10m,1h',
};
