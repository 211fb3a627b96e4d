import type { JournalEntry } from 'prism-emulator';
import type { RowTotals } from '../../../src/core/pipeline/report';
import type { ReportLine } from '../../../src/report/report-line';
import type { Organization } from '../../support/accounting';

/** The end of an import, as somebody received it. */
export interface ReceivedEnd {
  status: string;
  /** When the tracking ended, ISO 8601; null if the tracking itself failed. */
  endedAt: string | null;
  /** The ids of the rows in order, from the outcome or the storage; null if there are none. */
  ids: (string | null)[] | null;
  /** Why the stored results could not be read as they were stored, or null. */
  storageProblem: string | null;
}

/** Somebody who waits for the end of an import. */
export interface Party {
  /** Its workflow id, or another name. */
  name: string;
  /** `signal` is delivered at least once, all others exactly once. */
  way: 'client' | 'child' | 'signal' | 'nexus';
  /** The ends it received, in order. */
  ends: ReceivedEnd[];
  /** The error it received instead of an end, or null. */
  failure: string | null;
}

/** A tracked import, as the API reports it and as everybody received it. */
export interface FollowedImport {
  jobId: string;
  /** What the API finally reports. */
  truth: { status: string; ids: (string | null)[] | null; endedAtMs: number };
  parties: Party[];
}

/** A pipeline, as the API and its report describe it. */
export interface RunPipeline {
  workflowId: string;
  withDedupe: boolean;
  /** Of the rows in order, all different. */
  domains: string[];
  /** Null if there is no report; `failure` says why. */
  report: {
    totals: RowTotals;
    imports: { jobId: string | null; status: string; totals: RowTotals }[];
    lines: ReportLine[];
  } | null;
  failure: string | null;
  /** The records in the API. */
  records: Organization[];
  /** Its import requests, in order. */
  requests: JournalEntry[];
}

/** A tracker, from the search attributes. */
export interface IndexEntry {
  workflowId: string;
  jobId: string | null;
  /** Temporal's status, such as `COMPLETED`. */
  execution: string;
  importStatus: string | null;
}

/** Everything known when a run is over. */
export interface Facts {
  imports: FollowedImport[];
  pipelines: RunPipeline[];
  index: IndexEntry[];
  journal: JournalEntry[];
}
