import { checkCustomHeaders } from '../../src/config/custom-headers';

test('reads one header a line as the official SDKs do', () => {
  const text = ' X-One : 1:2 \r\nno colon here\n\nx-two:two\nX-TWO: second\nx-empty:';
  expect(checkCustomHeaders(text)).toEqual({
    ok: true,
    value: { 'x-one': '1:2', 'x-two': 'second', 'x-empty': '' },
  });
});

test('of no text there are no headers', () => {
  expect(checkCustomHeaders('')).toEqual({ ok: true, value: {} });
});

test.each([': no name', 'a b: c', 'x-secret: s3cr3t\u0007', 'x-secret: s3cr3t→'])(
  'refuses %j without showing its value',
  (line) => {
    const checked = checkCustomHeaders(`x-good: 1\n${line}`);
    expect(checked).toMatchObject({
      ok: false,
      problems: [{ field: 'MICRO_CUSTOM_HEADERS', seen: expect.stringContaining('line 2') as string }],
    });
    expect(JSON.stringify(checked)).not.toContain('s3cr3t');
  },
);

test('a header named like a part of JavaScript is only a header', () => {
  const checked = checkCustomHeaders('__proto__: a\nconstructor: b');
  expect(checked.ok && Object.entries(checked.value)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});
