// Answers of Prometheus as the data frames that Grafana's panels draw: what its Prometheus data
// source does, with the field configuration and the transformations of the panel applied.
import * as data from '@grafana/data';
import { firstValueFrom } from 'rxjs';

const LINE = {
  drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: 0, gradientMode: 'none',
  showPoints: 'auto', pointSize: 5, spanNulls: false, axisPlacement: 'auto', axisLabel: '',
  axisColorMode: 'text', axisBorderShow: false, scaleDistribution: { type: 'linear' },
  stacking: { mode: 'none', group: 'A' }, thresholdsStyle: { mode: 'off' },
  hideFrom: { legend: false, tooltip: false, viz: false }, barAlignment: 0,
};
const CELL = {
  align: 'auto', cellOptions: { type: 'auto' }, inspect: false, width: undefined, hidden: false,
};
const STANDARD = {
  unit: data.unitOverrideProcessor, decimals: data.numberOverrideProcessor,
  min: data.numberOverrideProcessor, max: data.numberOverrideProcessor,
  displayName: data.displayNameOverrideProcessor, noValue: data.stringOverrideProcessor,
  mappings: data.valueMappingsOverrideProcessor, thresholds: data.thresholdsOverrideProcessor,
  fieldMinMax: data.booleanOverrideProcessor, links: (value) => value, color: (value) => value,
};

data.standardTransformersRegistry.setInit(() =>
  [data.standardTransformers.mergeTransformer, data.standardTransformers.organizeFieldsTransformer].map(
    (transformation) => ({ id: transformation.id, name: transformation.name, transformation })
  )
);

function registry(custom) {
  const item = (id, path, process, isCustom) => ({ id, path, name: id, process, isCustom, shouldApply: () => true });
  const items = [
    ...Object.entries(STANDARD).map(([id, process]) => item(id, id, process, false)),
    ...Object.keys(custom).map((key) => item(`custom.${key}`, key, (value) => value, true)),
  ];
  return new data.FieldConfigOptionsRegistry(() => items);
}

function columns(answer, several) {
  const names = [...new Set(answer.result.flatMap(({ metric }) => Object.keys(metric)))];
  return data.toDataFrame({
    refId: answer.refId,
    fields: [
      { name: 'Time', type: data.FieldType.time, values: answer.result.map(({ value }) => value[0] * 1000) },
      ...names.map((name) => ({
        name, type: data.FieldType.string, values: answer.result.map(({ metric }) => metric[name]),
      })),
      {
        name: several ? `Value #${answer.refId}` : 'Value',
        type: data.FieldType.number, values: answer.result.map(({ value }) => Number(value[1])),
      },
    ],
  });
}

function lines(answer) {
  return answer.result.map(({ metric, value, values = [value] }) => {
    const { __name__, ...labels } = metric;
    const legend = answer.legendFormat;
    const name = legend === '__auto' ? undefined : data.renderLegendFormat(legend, labels);
    return data.toDataFrame({
      refId: answer.refId,
      fields: [
        { name: 'Time', type: data.FieldType.time, values: values.map(([time]) => time * 1000), config: { interval: window.given.step * 1000 } },
        {
          name: 'Value', type: data.FieldType.number, labels,
          values: values.map((each) => Number(each[1])), config: { displayNameFromDS: name },
        },
      ],
    });
  });
}

/** What a panel shows, ready to be drawn. */
export async function frames(panel, theme) {
  if (panel.type === 'text') {
    return [];
  }
  const found = panel.answers.flatMap((answer) => answer.resultType === 'scalar'
    ? lines({ ...answer, result: [{ metric: {}, value: answer.result }] })
    : answer.format === 'table' ? columns(answer, panel.answers.length > 1) : lines(answer));
  const shaped = await firstValueFrom(data.transformDataFrame(panel.transformations ?? [], found));
  const custom = { timeseries: LINE, table: CELL }[panel.type] ?? {};
  const { defaults } = panel.fieldConfig;
  return data.applyFieldOverrides({
    data: shaped,
    fieldConfig: {
      ...panel.fieldConfig,
      defaults: { ...defaults, custom: { ...custom, ...defaults.custom } },
    },
    fieldConfigRegistry: registry(custom),
    replaceVariables: (text) => text,
    theme,
    timeZone: 'Asia/Ho_Chi_Minh',
  });
}
