// The contrast of every text of a page with what lies behind it, as WCAG 2 computes it.
(() => {
  const channels = color => color.match(/[\d.]+/g).map(Number);

  function over(front, back) {
    const alpha = front[3] ?? 1;
    return [0, 1, 2].map(i => front[i] * alpha + back[i] * (1 - alpha));
  }

  function behind(element) {
    if (!element) return [255, 255, 255];
    const color = channels(getComputedStyle(element).backgroundColor);
    return color[3] === 0 ? behind(element.parentElement) : over(color, behind(element.parentElement));
  }

  function luminance(color) {
    const [r, g, b] = color.map(value => value / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(element) {
    const back = behind(element);
    const [light, dark] = [luminance(over(channels(getComputedStyle(element).color), back)), luminance(back)]
      .sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }

  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (text && element.checkVisibility() && !element.closest('noscript')) {
      found.push({ text, classes: element.className, contrast: contrast(element) });
    }
  }
  return found;
})()
