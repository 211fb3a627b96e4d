import type { ContractOperation } from './contract-answers';

/** A request that was answered: what a client knows of it. */
export interface Exchange {
  method: string;
  /** As sent, with its query. */
  path: string;
  /** By lower-case names. */
  requestHeaders: Readonly<Record<string, string>>;
  requestBody?: string;
  status: number;
  headers: Headers;
  /** The answer's body. */
  text: string;
}

/** An exchange with what was read off it: its operation and the value of its body. */
export interface ReadExchange extends Exchange {
  operation: ContractOperation | null;
  /** Undefined for a body that is empty or no JSON. */
  body: unknown;
}
