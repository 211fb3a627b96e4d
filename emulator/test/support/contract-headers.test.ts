import { root } from './client';
import {
  at,
  error,
  id,
  imported,
  launched,
  problemsOf,
  record,
  refused,
  running,
  status,
  sync,
  type Sample,
} from './contract-samples';

const elsewhere = { location: `${root}/imports/k` };
const here = { location: `${root}/imports/j` };

test.each<[string, Sample, RegExp]>([
  ['no request id', launched(running, { 'x-request-id': '' }), /x-request-id is missing/],
  ['the request id of another', refused({ ...error, request_id: 'req_2' }), /error\.request_id/],
  ['another content type', launched(running, { 'content-type': 'text/html' }), /content-type is text\/html/],
  ['a wrong length', launched(running, { 'content-length': '7' }), /content-length is 7/],
  ['a date of another form', launched(running, { date: at }), /no HTTP date/],
  ['a 202 without location', imported(running, { status: 202 }), /location is null/],
  ['a location that leads elsewhere', launched(running, elsewhere), /location is/],
  ['a location where there is none', { ...launched(running), options: { location: 'none' } }, /not null/],
  [
    'a path as absolute location',
    { ...launched(running), options: { location: 'absolute' } },
    /not http:\/\/h\//,
  ],
  ['a location of a finished import', imported(sync, { headers: here }), /location is/],
  ['a 429 that does not say when', refused({ ...error, code: 'rate_limited' }, 429), /retry-after is null/],
  ['a hint that was not set', launched(running, { 'retry-after': '5' }), /retry-after is 5/],
  ['no hint where one was set', { ...status(running), options: { pollHint: { status: 5 } } }, /not 5/],
  ['a record without etag', record({ id }, ''), /etag is/],
  ['an etag of what is no record', status(running, { headers: { etag: '"1"' } }), /etag is/],
])('%s is found', (_, sample, problem) => {
  expect(problemsOf(sample)).toMatch(problem);
});
