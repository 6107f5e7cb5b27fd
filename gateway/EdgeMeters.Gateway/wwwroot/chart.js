// Draws a metering point's series: bars of consumption whose area is the amount, coloured by quality.
// It fetches the series itself; the page decides what to show and writes every word but the hover texts.

const FLAG = { suspect: 1, missing: 2, gap: 4, decreased: 8, rollover: 16, tooHigh: 32, clockDoubt: 64, first: 128 };
const CLASSES = ['valid', 'doubt', 'gap', 'implausible'];
// Without these a reader who can't tell the colours could not tell the classes.
const PATTERNS = { valid: '', doubt: '/', gap: '\\', implausible: 'x' };
// More bars than this are slow to draw and thinner than a pixel: a stepped area says the same.
const BARS_MAX = 3000;
const FETCH_TIMEOUT_MS = 20000;

let plotlyLoading = null;

function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve();
  plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = resolve;
    script.onerror = () => { plotlyLoading = null; script.remove(); reject(new Error('The chart library did not load.')); };
    document.head.append(script);
  });
  return plotlyLoading;
}

// The same order as the chips on the page.
function classOf(quality) {
  if (quality & FLAG.missing) return 'missing';
  if (quality & (FLAG.decreased | FLAG.tooHigh)) return 'implausible';
  if (quality & FLAG.gap) return 'gap';
  if (quality & (FLAG.suspect | FLAG.clockDoubt)) return 'doubt';
  return 'valid';
}

export function create(place, words) {
  return new Chart(place, words);
}

class Chart {
  constructor(place, words) {
    this.place = place;
    this.words = words;
    this.view = null;
    this.series = null;
    this.amount = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 });
    this.dark = window.matchMedia('(prefers-color-scheme: dark)');
    this.onDark = () => this.paint();
    this.dark.addEventListener('change', this.onDark);
  }

  // Answers with the state of the chart: drawn, truncated, empty or broken.
  async draw(view) {
    try {
      const [series] = await Promise.all([this.fetchSeries(view.address), loadPlotly(this.words.plotly)]);
      this.view = view;
      this.series = series;
      if (series.endUtcSeconds.length === 0) {
        window.Plotly.purge(this.place);
        return 'empty';
      }
      await this.paint();
      return series.truncated ? 'truncated' : 'drawn';
    } catch (problem) {
      console.warn('chart:', problem.message);
      return 'broken';
    }
  }

  remove() {
    this.dark.removeEventListener('change', this.onDark);
    if (window.Plotly) window.Plotly.purge(this.place);
  }

  async fetchSeries(address) {
    const answer = await fetch(address, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    return answer.json();
  }

  async paint() {
    if (!this.series || !window.Plotly || this.series.endUtcSeconds.length === 0) return;
    const style = getComputedStyle(this.place);
    const colour = name => style.getPropertyValue(`--${name}`).trim();
    const traces = this.series.endUtcSeconds.length > BARS_MAX ? this.areas(colour) : this.bars(colour);
    if (this.view.registerLine) traces.push(this.registerLine(colour));
    const config = { displayModeBar: false, responsive: true };
    await window.Plotly.react(this.place, traces, this.layout(colour), config);
  }

  // Plotly knows no time zones: instants are shifted, so that its UTC axis reads as the page's local time.
  local(utcSeconds) {
    return (utcSeconds + this.words.offsetSeconds) * 1000;
  }

  // An hour or a day that states a consumption is not missing, though some of its intervals are: it is drawn faint.
  qualityAt(at) {
    const quality = this.series.quality[at];
    return this.view.step > 0 && this.series.consumption[at] !== null ? quality & ~FLAG.missing : quality;
  }

  // Length that an interval takes on the time axis. A missing one reaches back to the last reading, but only its own
  // period is what it stands for; a gap stands for all of its length.
  widthSeconds(at) {
    const length = this.series.seconds[at];
    if (!(this.series.quality[at] & FLAG.missing) || this.view.period === 0) return length;
    return Math.min(length || this.view.period, this.view.period);
  }

  // The first interval began before the range: an axis that begins with it cuts no bar in two. A meter that was first
  // read within the range has nothing before: the axis begins with it, unless that left a few bars as wide as a hand.
  beginSeconds() {
    const widest = this.view.to - (this.view.to - this.view.from) / 15;
    if (this.series.quality[0] & FLAG.first)
      return Math.max(this.view.from, Math.min(widest, this.series.endUtcSeconds[0] - this.series.seconds[0]));
    const first = this.series.endUtcSeconds[0] - this.series.seconds[0];
    return Math.max(Math.min(this.view.from, first), this.view.from - (this.view.step || this.view.period));
  }

  // Height of a bar in kWh or m³ per period: a gap's amount is spread over its length, so that areas stay comparable.
  height(at) {
    const amount = this.series.consumption[at];
    if (amount === null) return null;
    const length = this.series.seconds[at];
    const period = this.view.step || this.view.period || length;
    const stretch = this.view.step === 0 && length > period ? period / length : 1;
    return amount / 1000 * stretch;
  }

  bars(colour) {
    const { endUtcSeconds, quality, consumption, coveredSeconds, seconds } = this.series;
    const traces = Object.fromEntries(CLASSES.map(name => [name, {
      type: 'bar', name, x: [], y: [], width: [], customdata: [],
      marker: { color: colour(name), opacity: [], line: { width: 0 },
        pattern: { shape: PATTERNS[name], fillmode: 'overlay', fgcolor: colour('card'), fgopacity: 0.6, size: 6, solidity: 0.25 } },
      hovertemplate: '%{customdata}<extra></extra>',
    }]));
    // Slits between bars of a few pixels would come out uneven.
    const share = this.place.clientWidth / endUtcSeconds.length >= 6 ? 0.86 : 1;
    const fell = this.markers('fell', colour('implausible'));
    for (let at = 0; at < endUtcSeconds.length; at++) {
      const name = classOf(this.qualityAt(at));
      const middle = this.local(endUtcSeconds[at] - seconds[at] / 2);
      if (consumption[at] === null) {
        if (quality[at] & FLAG.decreased) {
          fell.x.push(middle); fell.y.push(0); fell.customdata.push(this.hover(at));
        }
        continue;
      }
      const trace = traces[name] ?? traces.doubt;
      trace.x.push(middle);
      trace.y.push(this.height(at));
      trace.width.push(seconds[at] * 1000 * share);
      trace.customdata.push(this.hover(at));
      trace.marker.opacity.push(this.view.step > 0 && coveredSeconds[at] < seconds[at] * 0.99 ? 0.45 : 1);
    }
    return [...Object.values(traces), fell].filter(trace => trace.x.length > 0);
  }

  // 'vh' draws each height back to the interval before: intervals are labelled by their end.
  areas(colour) {
    const { endUtcSeconds, quality, consumption } = this.series;
    const base = {
      type: 'scatter', mode: 'lines', name: 'valid', fill: 'tozeroy', fillcolor: colour('valid'), line: { shape: 'vh', width: 1, color: colour('valid') },
      x: endUtcSeconds.map(end => this.local(end)), y: endUtcSeconds.map((_, at) => this.height(at)),
      hovertemplate: `%{x|%Y-%m-%d %H:%M:%S}<br><b>%{y:,.3f} ${this.view.unit}</b><extra></extra>`,
    };
    const marks = Object.fromEntries(CLASSES.slice(1).map(name => [name, this.markers(name, colour(name))]));
    for (let at = 0; at < endUtcSeconds.length; at++) {
      const mark = marks[classOf(this.qualityAt(at))];
      if (!mark || consumption[at] === null && !(quality[at] & FLAG.decreased)) continue;
      mark.x.push(this.local(endUtcSeconds[at])); mark.y.push(this.height(at) ?? 0); mark.customdata.push(this.hover(at));
    }
    return [base, ...Object.values(marks).filter(mark => mark.x.length > 0)];
  }

  markers(name, color) {
    return {
      type: 'scatter', mode: 'markers', name, x: [], y: [], customdata: [], cliponaxis: false,
      marker: { color, size: 7, symbol: 'diamond' }, hovertemplate: '%{customdata}<extra></extra>',
    };
  }

  registerLine(colour) {
    const { endUtcSeconds, register } = this.series;
    return {
      type: 'scatter', mode: 'lines', name: 'register', yaxis: 'y2', connectgaps: false,
      x: endUtcSeconds.map(end => this.local(end)), y: register.map(count => count === null ? null : count / 1000),
      line: { color: colour('line'), width: 2 },
      hovertemplate: `%{x|%Y-%m-%d %H:%M:%S}<br>${this.words.register} <b>%{y:,.3f} ${this.view.unit}</b><extra></extra>`,
    };
  }

  hover(at) {
    const { endUtcSeconds, seconds, consumption, register } = this.series;
    const amount = consumption[at] === null ? '–' : `${this.amount.format(consumption[at] / 1000)} ${this.view.unit}`;
    const lines = [
      `${this.clock(endUtcSeconds[at] - seconds[at])} – ${this.clock(endUtcSeconds[at])}`,
      `${this.words.consumption} <b>${amount}</b>`,
    ];
    if (register.length > 0 && register[at] !== null)
      lines.push(`${this.words.register} ${this.amount.format(register[at] / 1000)} ${this.view.unit}`);
    const names = this.words.flags.filter(entry => this.qualityAt(at) & entry.flag).map(entry => entry.name);
    lines.push(names.length === 0 ? this.words.valid : names.join(', '));
    return lines.join('<br>');
  }

  clock(utcSeconds) {
    const text = new Date(this.local(utcSeconds)).toISOString();
    return this.view.step === 86400 ? text.slice(0, 10) : `${text.slice(5, 10)} ${text.slice(11, this.view.period % 60 ? 19 : 16)}`;
  }

  // Bands where the meter gave no reading. Bands closer together than a pixel are drawn as one.
  missingBands(colour) {
    const { endUtcSeconds } = this.series;
    const near = (this.view.to - this.view.from) / 1500;
    const bands = [];
    for (let at = 0; at < endUtcSeconds.length; at++) {
      if (!(this.qualityAt(at) & FLAG.missing)) continue;
      const begin = endUtcSeconds[at] - this.widthSeconds(at);
      const last = bands[bands.length - 1];
      if (last && begin - last.end <= near) last.end = endUtcSeconds[at];
      else bands.push({ begin, end: endUtcSeconds[at] });
    }
    return bands.map(band => ({
      type: 'rect', layer: 'below', xref: 'x', yref: 'paper', y0: 0, y1: 1,
      x0: this.local(band.begin), x1: this.local(band.end), fillcolor: colour('missing'), opacity: 0.28, line: { width: 0 },
    }));
  }

  layout(colour) {
    const text = colour('quiet');
    const family = getComputedStyle(this.place).fontFamily;
    const grid = colour('grid');
    const axis = { gridcolor: grid, zerolinecolor: grid, tickfont: { color: text, size: 12 }, fixedrange: false };
    const touch = window.matchMedia('(pointer: coarse)').matches;
    return {
      barmode: 'overlay', bargap: 0, showlegend: false, hovermode: 'closest', dragmode: touch ? false : 'zoom',
      margin: { l: 8, r: 8, t: 26, b: 8 },
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family, color: text },
      hoverlabel: { bgcolor: colour('card'), bordercolor: colour('grid'), font: { color: colour('ink'), family, size: 13 }, align: 'left' },
      uirevision: this.view.address.replace(/from=.*?&to=.*?&/, ''),
      xaxis: {
        ...axis, type: 'date', range: [this.local(this.beginSeconds()), this.local(this.view.to)], automargin: true, showgrid: false,
        nticks: Math.max(5, Math.round(this.place.clientWidth / 110)), ticks: 'outside', tickcolor: grid, ticklen: 4,
        tickformatstops: [
          { dtickrange: [null, 59999], value: '%H:%M:%S\n%m-%d' },
          { dtickrange: [60000, 86399999], value: '%H:%M\n%m-%d' },
          { dtickrange: [86400000, 'M1'], value: '%m-%d\n%Y' },
          { dtickrange: ['M1', null], value: '%Y-%m' },
        ],
      },
      yaxis: {
        ...axis, rangemode: 'tozero', automargin: true, tickformat: ',.6~g', nticks: 6, fixedrange: true,
        title: { text: '' },
      },
      yaxis2: {
        ...axis, overlaying: 'y', side: 'right', automargin: true, tickformat: ',.8~g', nticks: 6, showgrid: false, zeroline: false,
        fixedrange: true, tickfont: { color: colour('line'), size: 12 },
      },
      annotations: [
        { xref: 'paper', yref: 'paper', x: 0, y: 1, xanchor: 'left', yanchor: 'bottom', yshift: 6, showarrow: false, text: `${this.words.consumption} (${this.view.unit})`, font: { color: text, size: 12 } },
        ...(this.view.registerLine ? [{ xref: 'paper', yref: 'paper', x: 1, y: 1, xanchor: 'right', yanchor: 'bottom', yshift: 6, showarrow: false, text: `${this.words.register} (${this.view.unit})`, font: { color: colour('line'), size: 12 } }] : []),
      ],
      shapes: this.missingBands(colour),
    };
  }
}
