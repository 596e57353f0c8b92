// What a panel of each type may hold, by the types that Grafana publishes. Where Grafana leaves
// `any` (options and custom), the panel's own types are put in.
import type { Dashboard, FieldConfig, FieldConfigSource, Panel } from '@grafana/schema/dist/esm/raw/dashboard/x/dashboard_types.gen';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// A partial: Grafana fills what is absent with the defaults of the panel.
interface Of<Type extends string, Options, Custom> extends Omit<Panel, 'type' | 'options' | 'fieldConfig'> {
  type: Type;
  options?: Partial<Options>;
  fieldConfig?: Omit<FieldConfigSource, 'defaults'> & {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Partial<Custom> };
  };
}

export interface BarGauge extends Of<'bargauge', bargauge.Options, {}> {}
export interface Stat extends Of<'stat', stat.Options, {}> {}
export interface Table extends Of<'table', table.Options, table.FieldConfig> {}
export interface Text extends Of<'text', text.Options, {}> {}
export interface TimeSeries extends Of<'timeseries', timeseries.Options, timeseries.FieldConfig> {}
// Its panels are checked by themselves, each by the schema of its type.
export interface Board extends Omit<Dashboard, 'panels'> {
  panels: Array<Record<string, unknown>>;
}
