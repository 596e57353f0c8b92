// One dashboard, drawn from window.given: its JSON with the answers of Prometheus in each panel.
import * as data from '@grafana/data';
import * as ui from '@grafana/ui';
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import { createRoot } from 'react-dom/client';
import { useEffect, useState } from 'react';
import { frames } from './frames';

const theme = data.createTheme({ colors: { mode: 'light' } });
const { board, from, to, name } = window.given;
const GAP = 8;
const ROW = 38;
const width = window.innerWidth / 24;
// With a little room at the end, where the last moment's label would be cut.
const timeRange = data.makeTimeRange(new Date(from * 1000), new Date((to + (to - from) / 40) * 1000));
// As docs/dashboards.md has it set in Grafana.
data.systemDateFormats.update({
  ...data.systemDateFormats,
  interval: { ...data.systemDateFormats.interval, hour: 'DD/MM HH:mm', day: 'DD/MM' },
});
const asTheyAre = (text) => text;
// What Grafana fills into titles and texts: of its variables the body's name alone is in use.
const filled = (text) => text.replaceAll('${body:text}', name);

function Repeated({ panel, series, width, height, bar }) {
  const { options } = panel;
  const values = data.getFieldDisplayValues({
    data: series,
    fieldConfig: panel.fieldConfig,
    reduceOptions: options.reduceOptions,
    replaceVariables: asTheyAre,
    theme,
  });
  const draw = ({ value, width, height, alignmentFactors, count }) =>
    bar ? (
      <ui.BarGauge
        value={value.display} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex)}
        width={width} height={height} theme={theme} alignmentFactors={alignmentFactors}
        orientation={options.orientation} displayMode={options.displayMode} itemSpacing={8}
        showUnfilled={options.showUnfilled} valueDisplayMode={options.valueMode}
        namePlacement={options.namePlacement}
      />
    ) : (
      <ui.BigValue
        value={value.display} width={width} height={height} theme={theme} count={count}
        alignmentFactors={alignmentFactors} colorMode={options.colorMode} graphMode={options.graphMode}
        justifyMode={options.justifyMode} textMode={options.textMode} disableWideLayout={!options.wideLayout}
      />
    );
  return (
    <ui.VizRepeater
      source={series} width={width} height={height} orientation={options.orientation}
      getValues={() => values} getAlignmentFactors={data.getDisplayValueAlignmentFactors}
      renderValue={draw} minVizHeight={options.minVizHeight} minVizWidth={options.minVizWidth}
      maxVizHeight={options.maxVizHeight} renderCounter={0} autoGrid itemSpacing={8}
    />
  );
}

function Inside({ panel, series, width, height }) {
  switch (panel.type) {
    case 'text':
      return <div className="markdown-html" dangerouslySetInnerHTML={{ __html: data.renderTextPanelMarkdown(filled(panel.options.content)) }} />;
    case 'stat':
    case 'bargauge':
      return <Repeated {...{ panel, series, width, height }} bar={panel.type === 'bargauge'} />;
    case 'table':
      return series.length ? (
        <ui.Table
          data={series[0]} width={width} height={height} cellHeight={panel.options.cellHeight}
          initialSortBy={panel.options.sortBy} fieldConfig={panel.fieldConfig} timeRange={timeRange}
        />
      ) : <center>{panel.fieldConfig.defaults.noValue}</center>;
    case 'timeseries':
      return series.length ? (
        <ui.TimeSeries
          frames={series} width={width} height={height} timeRange={timeRange}
          timeZone="Asia/Ho_Chi_Minh" legend={panel.options.legend} options={panel.options}
        />
      ) : <center>{panel.fieldConfig.defaults.noValue}</center>;
  }
}

function Panel({ panel }) {
  const [series, setSeries] = useState();
  const { x, y, w, h } = panel.gridPos;
  useEffect(() => void frames(panel, theme).then(setSeries), [panel]);
  return (
    <div style={{ position: 'absolute', left: x * width + GAP / 2, top: y * ROW + 52 }}>
      <ui.PanelChrome
        title={panel.title} hoverHeader={!panel.title} displayMode={panel.transparent ? 'transparent' : 'default'}
        width={w * width - GAP} height={h * ROW - GAP}
      >
        {(innerWidth, innerHeight) => series ? <Inside {...{ panel, series }} width={innerWidth} height={innerHeight} /> : <></>}
      </ui.PanelChrome>
    </div>
  );
}

createRoot(document.getElementById('root')).render(
  <data.ThemeContext.Provider value={theme}>
    <ui.GlobalStyles />
    <h2 style={{ margin: 12 }}>{board.title}</h2>
    {board.panels.map((panel) => <Panel key={panel.id} panel={panel} />)}
  </data.ThemeContext.Provider>
);
