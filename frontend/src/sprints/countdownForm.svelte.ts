// Whether the countdown is being set; CountdownDialog shows it.
class CountdownForm {
  open = $state(false);
}
export const countdownForm = new CountdownForm();
