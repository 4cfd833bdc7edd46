// The size of the desk: as high as the pane of the notebook that it is in, and whether it is narrow or out of view.

const NARROW_PIXELS = 1100;
const LEAST_PIXELS = 320;
const MOST_PIXELS = 1000;
/** What stays of the pane around the desk. */
const MARGIN_PIXELS = 16;
const PANES = ".jp-WindowedPanel-outer, .jp-Notebook, .jp-LinkedOutputView";

export class PaneSize {
  /**
   * @param {HTMLElement} root
   * @param {Object} listeners
   * @param {(isNarrow: boolean) => void} listeners.onNarrow
   * @param {(isInView: boolean) => void} listeners.onView
   */
  constructor(root, { onNarrow, onView }) {
    this.root = root;
    this.pane = root.closest(PANES);
    this.isOnScreen = true;
    this.onView = onView;
    this.fit = this.fit.bind(this);
    this.look = this.look.bind(this);
    this.widths = new ResizeObserver(() => onNarrow(root.clientWidth < NARROW_PIXELS));
    this.widths.observe(root);
    this.heights = new ResizeObserver(this.fit);
    if (this.pane) this.heights.observe(this.pane);
    this.crossings = new IntersectionObserver(([entry]) => {
      this.isOnScreen = entry.isIntersecting;
      this.look();
    });
    this.crossings.observe(root);
    window.addEventListener("resize", this.fit);
    document.addEventListener("visibilitychange", this.look);
    this.fit();
  }

  close() {
    this.widths.disconnect();
    this.heights.disconnect();
    this.crossings.disconnect();
    window.removeEventListener("resize", this.fit);
    document.removeEventListener("visibilitychange", this.look);
  }

  fit() {
    const height = (this.pane?.clientHeight || window.innerHeight) - MARGIN_PIXELS;
    this.root.style.height = `${Math.min(Math.max(LEAST_PIXELS, height), MOST_PIXELS)}px`;
  }

  look() {
    this.onView(this.isOnScreen && document.visibilityState === "visible");
  }
}
