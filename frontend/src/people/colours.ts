// The colours people and guides choose from; each can be told apart from its neighbours.

export const COLOURS = [
  { hex: '#b3442e', name: 'Brick' },
  { hex: '#b07a12', name: 'Amber' },
  { hex: '#5d7d1f', name: 'Olive' },
  { hex: '#2f7d4f', name: 'Green' },
  { hex: '#16807a', name: 'Teal' },
  { hex: '#2f6f9f', name: 'Blue' },
  { hex: '#5a62b8', name: 'Indigo' },
  { hex: '#8a4fa0', name: 'Violet' },
  { hex: '#a8386b', name: 'Raspberry' },
  { hex: '#6b5b4b', name: 'Umber' },
];
