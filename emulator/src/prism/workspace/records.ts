import type { ImportRow, ObjectType } from '../contract';

/** A record that imports wrote. `version` counts its writes from 1. */
export interface StoredRecord {
  readonly id: string;
  default: Record<string, unknown>;
  list: Record<string, Record<string, unknown>> | null;
  extended: Record<string, unknown> | null;
  version: number;
}

interface ValueIndex {
  slug: string;
  caseInsensitive: boolean;
  /** A single record without a list: few values have several, and lists would double the index's memory. */
  records: Map<string, StoredRecord | StoredRecord[]>;
}

/** The records of one kind and team in order of creation, found by id or by a property's value. */
export class RecordTable {
  private readonly byId = new Map<string, StoredRecord>();
  private readonly inOrder: StoredRecord[] = [];
  private readonly indexes = new Map<string, ValueIndex>();

  /** How many records there are. */
  get size(): number {
    return this.inOrder.length;
  }

  /** All records in order of creation. */
  all(): readonly StoredRecord[] {
    return this.inOrder;
  }

  /** The record with this id, if there is one. */
  get(id: string): StoredRecord | undefined {
    return this.byId.get(id);
  }

  /**
   * The records whose property has this value; none for null or a missing value. The first search for a property
   * indexes it.
   */
  find(slug: string, value: unknown, caseInsensitive: boolean): readonly StoredRecord[] {
    const key = valueKey(value, caseInsensitive);
    return key === null ? [] : sharing(this.index(slug, caseInsensitive), key);
  }

  /** Writes a row's properties to the record with this id, whose other properties stay, or to a new record. */
  put(id: string, row: ImportRow): void {
    const record = this.byId.get(id);
    if (record === undefined) this.create(id, row);
    else this.update(record, row);
  }

  private create(id: string, row: ImportRow): void {
    const { default: properties = {}, list = null, extended = null } = row;
    const record: StoredRecord = { id, default: properties, list, extended, version: 1 };
    this.byId.set(id, record);
    this.inOrder.push(record);
    for (const index of this.indexes.values()) enter(index, record);
  }

  private update(record: StoredRecord, row: ImportRow): void {
    for (const index of this.indexes.values()) leave(index, record);
    record.default = { ...record.default, ...row.default };
    for (const [id, properties] of Object.entries(row.list ?? {})) {
      record.list = { ...record.list, [id]: { ...record.list?.[id], ...properties } };
    }
    if (row.extended !== undefined) record.extended = { ...record.extended, ...row.extended };
    record.version += 1;
    for (const index of this.indexes.values()) enter(index, record);
  }

  private index(slug: string, caseInsensitive: boolean): ValueIndex {
    const name = `${caseInsensitive ? 'i' : 's'}:${slug}`;
    const known = this.indexes.get(name);
    if (known !== undefined) return known;
    const index: ValueIndex = { slug, caseInsensitive, records: new Map() };
    for (const record of this.inOrder) enter(index, record);
    this.indexes.set(name, index);
    return index;
  }
}

/** All records, by team and kind. */
export class RecordStore {
  private readonly teams = new Map<string, Map<ObjectType, RecordTable>>();

  /** The records of a kind in a team. */
  table(teamId: string, kind: ObjectType): RecordTable {
    let tables = this.teams.get(teamId);
    if (tables === undefined) this.teams.set(teamId, (tables = new Map<ObjectType, RecordTable>()));
    let table = tables.get(kind);
    if (table === undefined) tables.set(kind, (table = new RecordTable()));
    return table;
  }

  /** Removes all records. */
  clear(): void {
    this.teams.clear();
  }

  /** The number of records of a kind, in one team or in all. */
  count(kind: ObjectType, teamId?: string): number {
    if (teamId !== undefined) return this.teams.get(teamId)?.get(kind)?.size ?? 0;
    let total = 0;
    for (const tables of this.teams.values()) total += tables.get(kind)?.size ?? 0;
    return total;
  }
}

function sharing(index: ValueIndex, key: string): readonly StoredRecord[] {
  const found = index.records.get(key) ?? [];
  return Array.isArray(found) ? found : [found];
}

function enter(index: ValueIndex, record: StoredRecord): void {
  const key = valueKey(record.default[index.slug], index.caseInsensitive);
  if (key === null) return;
  const found = index.records.get(key);
  if (Array.isArray(found)) found.push(record);
  else index.records.set(key, found === undefined ? record : [found, record]);
}

function leave(index: ValueIndex, record: StoredRecord): void {
  const key = valueKey(record.default[index.slug], index.caseInsensitive);
  if (key === null) return;
  const others = sharing(index, key).filter((other) => other !== record);
  if (others.length === 0) index.records.delete(key);
  else index.records.set(key, others);
}

/** The form in which values are compared, or null for a value that equals no other. 1 and "1" differ, as in JSON. */
function valueKey(value: unknown, caseInsensitive: boolean): string | null {
  if (value === undefined || value === null) return null;
  const text = JSON.stringify(value);
  return caseInsensitive ? text.toLowerCase() : text;
}
