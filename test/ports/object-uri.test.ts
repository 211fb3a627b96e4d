import fc from '../support/properties';
import { checkSourceUri } from '../../src/storage/source-opener';
import { parseFileUri, parseS3Uri, type S3Location } from '../../src/ports/object-uri';

test.each<[string, S3Location | null]>([
  ['s3://bucket', { bucket: 'bucket', key: '' }],
  ['s3://bucket/', { bucket: 'bucket', key: '' }],
  ['s3://Old_Bucket/key', { bucket: 'Old_Bucket', key: 'key' }],
  ['s3://bucket/key', { bucket: 'bucket', key: 'key' }],
  ['s3://bucket.with-dots.1/a/päth +%20.csv', { bucket: 'bucket.with-dots.1', key: 'a/päth +%20.csv' }],
  ...['s3://', 's3:///key', 's3:bucket/key', 'file:///bucket/key'].map((uri): [string, null] => [uri, null]),
  ...['a//b', '/a', 'a/', 'a/./b', '../a', 'a/..', '.'].map((key): [string, null] => [
    `s3://bucket/${key}`,
    null,
  ]),
])('%j is read as %j', (uri, location) => {
  expect(parseS3Uri(uri)).toEqual(location);
});

test('whatever has no empty part and no dots is a key, as it stands', () => {
  const part = fc.string({ minLength: 1 }).filter((text) => !text.includes('/') && !/^\.\.?$/.test(text));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1 }), (parts) => {
      const key = parts.join('/');
      expect(parseS3Uri(`s3://bucket/${key}`)).toEqual({ bucket: 'bucket', key });
    }),
  );
});

test.each([
  ['file:///a/b%20c', '/a/b c'],
  ['file:///a%2Fb', null],
  ['file://host/a', null],
  ['file:a', null],
  ['/a', null],
])('%j is the path %j', (uri, path) => {
  expect(parseFileUri(uri)).toBe(path);
});

test.each(['s3://bucket/a//b', 's3://bucket', 's3://bucket/', 'file:///a%2Fb', 'http://x/y'])(
  'a source cannot be at %j: the field, what was seen and the form are named',
  (uri) => {
    expect(() => checkSourceUri(uri)).toThrow(
      `source.uri: saw ${uri}, expected file:///path without encoded slashes, or s3://bucket/key of which no part is empty, '.' or '..'`,
    );
  },
);

test.each(['s3://bucket/a/b', 'file:///a/b'])('a source can be at %j', (uri) => {
  expect(() => checkSourceUri(uri)).not.toThrow();
});
