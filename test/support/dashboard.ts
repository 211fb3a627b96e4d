import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of a panel of the Grafana dashboard that tests read. */
export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  fieldConfig?: { defaults: { unit?: string } };
  targets?: { refId: string; expr: string; datasource: { uid: string } }[];
}

/** The parts of the Grafana dashboard that tests read. */
export interface Dashboard {
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; type: string; definition?: string }[] };
}

/** Reads `dashboards/grafana/prism-imports.json`. */
export function readDashboard(): Dashboard {
  const file = join(__dirname, '..', '..', 'dashboards', 'grafana', 'prism-imports.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Dashboard;
}

/** Every query of a dashboard, with the title of its panel. */
export const queriesOf = ({ panels }: Dashboard): { title: string; expr: string }[] =>
  panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

/** Names of the metrics in a PromQL expression: ours, the SDK's, and those of recording rules. */
export const metricsIn = (promql: string): string[] =>
  promql.match(/\b(?:job\w*:)?(?:prism|temporal)_[a-z0-9_]+(?::\w+)?/g) ?? [];
