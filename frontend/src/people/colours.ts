// The colours people and guides choose from: the server's twelve, with their names.

export const COLOURS = [
  { hex: '#b3261e', name: 'Red' },
  { hex: '#a8480b', name: 'Brick' },
  { hex: '#7a5c00', name: 'Ochre' },
  { hex: '#4d6b00', name: 'Olive' },
  { hex: '#1d7031', name: 'Green' },
  { hex: '#00706a', name: 'Teal' },
  { hex: '#00658f', name: 'Blue' },
  { hex: '#2f5bb7', name: 'Cobalt' },
  { hex: '#5a4fc4', name: 'Indigo' },
  { hex: '#8139b5', name: 'Violet' },
  { hex: '#a22c8a', name: 'Magenta' },
  { hex: '#a62b5b', name: 'Raspberry' },
];
