import { unknownVariables } from '../../src/config/unknown-variables';

const known = ['PRISM_STORAGE', 'PRISM_TASK_QUEUE', 'MICRO_API_KEY', 'MICRO_BASE_URL'];
const say = (...names: string[]) => unknownVariables(names, known);

test.each([
  ['PRISM_STORGE', 'PRISM_STORAGE'],
  ['PRISM_STROAGE', 'PRISM_STORAGE'],
  ['prism_storage', 'PRISM_STORAGE'],
  ['PRSIM_STORAGE', 'PRISM_STORAGE'],
  ['PRISM_TASKQUEUE', 'PRISM_TASK_QUEUE'],
  ['MICRO_APIKEY', 'MICRO_API_KEY'],
  ['MIRCO_BASE_URL', 'MICRO_BASE_URL'],
  ['PRISM_TEMPORAL_CLl', 'PRISM_TEMPORAL_CLI'],
])('%s is taken for %s', (name, meant) => {
  expect(say(name)).toEqual([`${name} is set, but there is no such variable; did you mean ${meant}?`]);
});

test('an unknown name that is like no other is named alone', () => {
  expect(say('PRISM_COLOUR_OF_THE_SKY')).toEqual([
    'PRISM_COLOUR_OF_THE_SKY is set, but there is no such variable',
  ]);
});

test.each([
  ...known,
  'PRISM_TEMPORAL_CLI',
  'PATH',
  'STORAGE',
  'TEMPORAL_ADDRESS',
  'PRISM_IMPORTS_SERVICE_HOST',
  'PRISM_IMPORTS_SERVICE_PORT_METRICS',
  'PRISM_IMPORTS_PORT',
  'PRISM_IMPORTS_PORT_9464_TCP_ADDR',
])('%s is left alone', (name) => {
  expect(say(name)).toEqual([]);
});

test('neither a long name nor many of them make a long text', () => {
  const lines = say(...Array.from({ length: 500 }, (_, index) => `PRISM_${'X'.repeat(10_000)}${index}`));
  expect(lines).toHaveLength(21);
  expect(lines.join('').length).toBeLessThan(3000);
  expect(lines.at(-1)).toBe('and 480 more unknown variables are set');
});
