-- The button that submits says what it does; a label that a county has reworded stays as it is.
update contracts.transition set label = 'Soumettre à l’étude'
where label = 'Passer à l’état « Soumis à l’étude »';
