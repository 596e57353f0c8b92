// Writes one JSON Schema for each kind of panel, and one for the dashboard around them.
import { writeFileSync } from 'node:fs';
import { createGenerator } from 'ts-json-schema-generator';

const KINDS = {
  bargauge: 'BarGauge',
  dashboard: 'Board',
  stat: 'Stat',
  table: 'Table',
  text: 'Text',
  timeseries: 'TimeSeries',
};

for (const [file, type] of Object.entries(KINDS)) {
  const schema = createGenerator({
    path: 'panels.ts',
    type,
    tsconfig: 'tsconfig.json',
    skipTypeCheck: true,
    jsDoc: 'none',
    topRef: false,
  }).createSchema(type);
  writeFileSync(`${file}.schema.json`, `${JSON.stringify(schema, null, 1)}\n`);
}
