import { isRecognisedHeader } from '../../../src/sources/rows/recognise-header';

test.each([
  [['name', 'primary_domain']],
  [['Company', 'Web site', 'Employees', 'Internal note']],
  [['firstName', 'lastName', 'E-mail', 'Phone 1', 'F&B revenue (EUR)']],
])('%j is a header', (names) => expect(isRecognisedHeader(names, [])).toBe(true));

test('names that no dictionary has are a header once the mapping knows one of them', () => {
  expect(isRecognisedHeader(['Firma', 'Ansprechpartner'], [])).toBe(false);
  expect(isRecognisedHeader(['Firma', 'Ansprechpartner'], ['Firma'])).toBe(true);
});

test.each([
  [['root:x:0:0:root:/root:/bin/bash']],
  [['root', 'x', '0', '0', 'root', '/root', '/bin/bash']],
  [['name', 'anna@hospital.example']],
  [['Anna Schmidt', 'depression']],
  [['diabetes', 'migraine']],
  [['name', 'acme.example']],
  [['name', '2026-01-31']],
  [['name', '+49 30 123456']],
  [['name', '12']],
  [['name', '\u0000\u0001']],
  [['name', 'a\u202eb']],
  [['name', '']],
  [['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG']],
  [['x'.repeat(200)]],
  [[`name ${'x'.repeat(200)}`]],
  [['the patient came with a severe name of pain']],
])('%j is none that is shown', (names) =>
  expect(isRecognisedHeader(names, ['name'].slice(names.length))).toBe(false),
);
